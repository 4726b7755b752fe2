import { Block as CosmjsBlock } from 'cosmjs-types/tendermint/types/block';
import { Commit as CosmjsCommit, Header as CosmjsHeader, Vote as CosmjsVote } from 'cosmjs-types/tendermint/types/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import type { Codec } from '../encoding/codec.ts';
import { WireError } from '../encoding/proto-wire.ts';
import { blockCodec, decodeBlock } from './block.ts';
import { commitCodec, EMPTY_COMMIT } from './commit.ts';
import { TypesError } from './errors.ts';
import { extendedCommitCodec, toCommit, wrapCommit } from './extended-commit.ts';
import { headerCodec } from './header.ts';
import { anyCommit, anyHeader, anyVote } from './testing.ts';
import { voteCodec } from './vote.ts';

test('headers, votes and commits come back from their bytes', () => {
  const check = <T>(any: fc.Arbitrary<T>, codec: Codec<T>): void => {
    fc.assert(
      fc.property(any, (m) => {
        expect(codec.decode(codec.encode(m))).toEqual(m);
      }),
    );
  };
  check(anyHeader, headerCodec);
  check(anyVote, voteCodec);
  check(anyCommit, commitCodec);
  fc.assert(
    fc.property(anyCommit, (c) => {
      expect(toCommit(extendedCommitCodec.decode(extendedCommitCodec.encode(wrapCommit(c))))).toEqual(c);
    }),
  );
});

// cosmjs-types 0.11 writes 2^31 seconds (some time in 2038) as 0, so times are kept below.
const before2038 = (t: bigint): bigint => (t < 0n ? t : t % 2_147_483_648_000_000_000n);

test('another implementation reads our bytes and writes the same', () => {
  interface Other<M> {
    decode(b: Uint8Array): M;
    encode(m: M): { finish(): Uint8Array };
  }
  const check = <T, M>(any: fc.Arbitrary<T>, codec: Codec<T>, other: Other<M>): void => {
    fc.assert(
      fc.property(any, (m) => {
        const bytes = codec.encode(m);
        expect(toHex(other.encode(other.decode(bytes)).finish())).toBe(toHex(bytes));
      }),
    );
  };
  const header = anyHeader.map((h) => ({ ...h, time: before2038(h.time) }));
  const commit = anyCommit.map((c) => ({ ...c, signatures: c.signatures.map((s) => ({ ...s, timestamp: before2038(s.timestamp) })) }));
  check(header, headerCodec, CosmjsHeader);
  check(commit, commitCodec, CosmjsCommit);
  check(
    anyVote.map((v) => ({ ...v, timestamp: before2038(v.timestamp) })),
    voteCodec,
    CosmjsVote,
  );
  const txs = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 });
  check(fc.record({ header, data: fc.record({ txs }), evidence: fc.constant([]), lastCommit: commit }), blockCodec, CosmjsBlock);
});

test('a block that is too big, cut off or inconsistent is refused with a registered error', () => {
  const bytes = blockCodec.encode({ header: headerCodec.zero(), data: { txs: [] }, evidence: [], lastCommit: EMPTY_COMMIT });
  expect(() => decodeBlock(bytes, bytes.length - 1)).toThrow(TypesError);
  expect(() => decodeBlock(bytes)).toThrow(/block protocol is incorrect/);
  for (let n = 0; n < bytes.length; n++) {
    try {
      decodeBlock(bytes.subarray(0, n));
      expect.unreachable();
    } catch (e) {
      expect(e instanceof TypesError || e instanceof WireError).toBe(true);
    }
  }
});

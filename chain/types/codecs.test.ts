import { Block as CosmjsBlock } from 'cosmjs-types/tendermint/types/block';
import { Commit as CosmjsCommit, Header as CosmjsHeader, Vote as CosmjsVote } from 'cosmjs-types/tendermint/types/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '../encoding/bytes.ts';
import type { Codec } from '../encoding/codec.ts';
import { WireError } from '../encoding/proto-wire.ts';
import { blockCodec, decodeBlock } from './block.ts';
import { EMPTY_COMMIT } from './commit.ts';
import { commitCodec } from './commit-codec.ts';
import { TypesError } from './errors.ts';
import { extendedCommitCodec, toCommit, wrapCommit } from './extended-commit.ts';
import { headerCodec } from './header-codec.ts';
import { anyCommit, anyHeader, anyVote } from './testing/arbitraries.ts';
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

// cosmjs-types 0.11 writes the int64 2^31 as 0, so heights and seconds are kept below.
const below = (n: bigint): bigint => n % 2_147_483_648n;
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
  const header = anyHeader.map((h) => ({ ...h, height: below(h.height), time: before2038(h.time) }));
  const commit = anyCommit.map((c) => ({ ...c, height: below(c.height), signatures: c.signatures.map((s) => ({ ...s, timestamp: before2038(s.timestamp) })) }));
  check(header, headerCodec, CosmjsHeader);
  check(commit, commitCodec, CosmjsCommit);
  check(
    anyVote.map((v) => ({ ...v, height: below(v.height), timestamp: before2038(v.timestamp) })),
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

test('what gogoproto reads in odd forms is read: a peer that refused a block for it would stand alone', () => {
  // Each of these was accepted by CometBFT v0.40.0 as the same vote.
  const plain = voteCodec.encode(voteCodec.from({ type: 2, height: 5n, validatorAddress: new Uint8Array(20) }));
  const odd: Record<string, string> = {
    'an unknown field': '7801',
    'an unknown group, ended by another number': '7b085a7c',
    'nested groups with number 0 inside': '7b03047c',
    'a field number of which 32 bits are kept': 'fa8080808001 00',
    'ten bytes of varint with bits beyond 64': '78ffffffffffffffffff7f',
  };
  for (const [what, hex] of Object.entries(odd)) {
    const v = voteCodec.decode(concatBytes(plain, fromHex(hex.replaceAll(' ', ''))));
    expect(toHex(voteCodec.encode(v)), what).toBe(toHex(plain));
  }
  for (const [what, hex] of Object.entries({ 'an end without a group': '7c', 'field 0': '0001', 'wire type 6': '7e', 'a group that does not end': '7b0801' })) {
    expect(() => voteCodec.decode(fromHex(hex)), what).toThrow(WireError);
  }
});

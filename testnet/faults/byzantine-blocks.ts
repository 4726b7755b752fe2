// Blocks that a Byzantine proposer makes of a good one.
import { utf8 } from '../../chain/encoding/bytes.ts';
import { type Block, blockIdOf, bodyHashes, makePartSet } from '../../chain/types/block.ts';
import type { BlockId } from '../../chain/types/block-id.ts';
import { BLOCK_ID_FLAG_ABSENT } from '../../chain/types/commit.ts';
import type { PartSet } from '../../chain/types/part-set.ts';
import type { Random } from '../simulator/random.ts';
import type { Misbehavior } from './fault.ts';

export interface Forged {
  readonly id: BlockId;
  readonly parts: PartSet;
}

const EMPTY = new Uint8Array(0);

function forge(b: Block, what: Misbehavior, random: Random, others: readonly Uint8Array[]): Block {
  const { header, lastCommit } = b;
  switch (what) {
    case 'bad-app-hash':
      return { ...b, header: { ...header, appHash: random.bytes(32) } };
    case 'bad-time':
      return { ...b, header: { ...header, time: header.time + BigInt(random.pick([-3_600_000, -1, 1, 3_600_000])) * 1_000_000n } };
    case 'wrong-proposer':
      return { ...b, header: { ...header, proposerAddress: random.pick(others) } };
    case 'bad-last-commit': {
      if (lastCommit === undefined || lastCommit.signatures.length === 0) return b;
      const at = random.between(0, lastCommit.signatures.length);
      const kept = random.chance(0.5);
      const signatures = lastCommit.signatures.map((s, i) => {
        if (kept) return i === at ? { ...s, signature: random.bytes(64) } : s;
        return i <= at ? { blockIdFlag: BLOCK_ID_FLAG_ABSENT, validatorAddress: EMPTY, timestamp: s.timestamp, signature: EMPTY } : s;
      });
      const commit = { ...lastCommit, signatures };
      return { ...b, lastCommit: commit, header: { ...header, ...bodyHashes(b.data, b.evidence, commit) } };
    }
    default: {
      const data = { txs: [...b.data.txs, utf8(`set forged ${random.next()}`)] };
      return { ...b, data, header: { ...header, ...bodyHashes(data, b.evidence, lastCommit as NonNullable<typeof lastCommit>) } };
    }
  }
}

/** Another block in the place of `b`: a valid one with a further transaction, or one that is invalid in the way that is named. */
export function forgedBlock(b: Block, what: Misbehavior, random: Random, others: readonly Uint8Array[]): Forged {
  const block = forge(b, what, random, others);
  const parts = makePartSet(block);
  return { id: blockIdOf(block, parts), parts };
}

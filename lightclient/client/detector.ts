// Whether witnesses know the chain that the primary showed (cmt:light/detector.go). One that shows another one, and proves it, means an
// attack: evidence goes to both sides, and the client stops.

import type { LightClientAttackEvidence } from '../../chain/types/evidence.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { LightError } from '../errors.ts';
import type { Provider } from '../provider.ts';
import { byzantineValidators, isDerivedWrongly } from '../verifier/attack.ts';
import { fetchBlock, heightOf, sameHash, skip, type Verifier } from './verify.ts';

/** same: the witness has the block. conflict: it has another one (`block`), or is ahead in time without having it. bad: it is to be dropped. */
export type Comparison =
  | { readonly type: 'same' | 'silent' }
  | { readonly type: 'bad'; readonly reason: string }
  | { readonly type: 'conflict'; readonly block: LightBlock };

/** No word of the height, which an honest node may have for a while. */
const BENIGN: readonly string[] = ['transport', 'not-found', 'pruned'];

const bad = (e: unknown): Comparison => {
  if (!(e instanceof LightError)) throw e;
  return BENIGN.includes(e.code) ? { type: 'silent' } : { type: 'bad', reason: e.message };
};

/** The witness's block of the height, or its latest. */
async function targetOrLatest(v: Verifier, w: Provider, height: bigint): Promise<LightBlock> {
  const latest = await fetchBlock(v, w);
  return heightOf(latest) > height ? fetchBlock(v, w, height) : latest;
}

/** `wait`: for as long as a block may be late at an honest witness. */
export async function compare(v: Verifier, w: Provider, block: LightBlock, wait: () => Promise<void>): Promise<Comparison> {
  const height = heightOf(block);
  const judge = (b: LightBlock): Comparison => (sameHash(b, block) ? { type: 'same' } : { type: 'conflict', block: b });
  try {
    return judge(await fetchBlock(v, w, height, block.validatorSet));
  } catch (e) {
    if (!(e instanceof LightError) || e.code !== 'too-high') return bad(e);
  }
  try {
    for (const last of [false, true]) {
      const b = await targetOrLatest(v, w, height);
      if (heightOf(b) === height) return judge(b);
      // It is past the block's time and has not the height: somebody invented the block.
      if (b.signedHeader.header.time >= block.signedHeader.header.time) return { type: 'conflict', block: b };
      if (!last) await wait();
    }
    return { type: 'bad', reason: `${w.name} is behind height ${height}` };
  } catch (e) {
    return bad(e);
  }
}

interface Divergence {
  /** From the last block that both have to the source's own. */
  readonly sourceTrace: readonly LightBlock[];
  /** The first block of the trace that the source has not. */
  readonly block: LightBlock;
}

/** Follows the source along a trace to where they part; undefined where the source cannot prove its side. */
export async function examine(v: Verifier, trace: readonly LightBlock[], target: LightBlock, source: Provider): Promise<Divergence | undefined> {
  const [first, ...rest] = trace as [LightBlock, ...LightBlock[]];
  if (heightOf(target) < heightOf(first)) return undefined;
  const at = (h: bigint): Promise<LightBlock> => (h === heightOf(target) ? Promise.resolve(target) : fetchBlock(v, source, h));
  try {
    let verified = await at(heightOf(first));
    if (!sameHash(verified, first)) return undefined;
    let sourceTrace: readonly LightBlock[] = [verified];
    for (const block of rest) {
      if (heightOf(block) > heightOf(target)) {
        // A forward lunatic: the block is above all that the source has.
        if (block.signedHeader.header.time > target.signedHeader.header.time) return undefined;
        if (heightOf(verified) !== heightOf(target)) sourceTrace = await skip(v, source, verified, target);
        return { sourceTrace, block };
      }
      const own = await at(heightOf(block));
      sourceTrace = await skip(v, source, verified, own);
      if (!sameHash(own, block)) return { sourceTrace, block };
      verified = own;
    }
    return undefined;
  } catch (e) {
    if (e instanceof LightError) return undefined;
    throw e;
  }
}

/** Evidence against a block, by the side that is held for true: its trace begins at the last block that both have. */
export function attackEvidence(conflicting: LightBlock, trace: readonly LightBlock[]): LightClientAttackEvidence {
  const [common, trusted] = [trace[0] as LightBlock, trace.at(-1) as LightBlock];
  const lunatic = isDerivedWrongly(conflicting.signedHeader.header, trusted.signedHeader.header);
  const { signedHeader, validatorSet } = lunatic ? common : trusted;
  return {
    conflictingBlock: conflicting,
    commonHeight: signedHeader.header.height,
    byzantineValidators: byzantineValidators(conflicting, common.validatorSet, trusted.signedHeader) ?? [],
    totalVotingPower: validatorSet.totalVotingPower,
    timestamp: signedHeader.header.time,
  };
}

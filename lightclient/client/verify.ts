// From a trusted block to another by steps of lightclient/verifier (cmt:light/client.go verifySkipping, verifySequential, backwards). Pure of
// state: what is verified here is not trusted yet, witnesses are asked first.
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import type { Time } from '../../chain/encoding/time.ts';
import type { SignatureCheck } from '../../chain/types/commit-verify.ts';
import { headerHash } from '../../chain/types/header.ts';
import { type LightBlock, validateLightBlock } from '../../chain/types/light-block.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';
import { LightError } from '../errors.ts';
import type { Provider } from '../provider.ts';
import { conclude } from '../verifier/conclude.ts';
import { plan, type VerifyOptions } from '../verifier/plan.ts';
import type { Verdict } from '../verifier/verdict.ts';

/** Which signatures are good, in order. May reject with LightError `undecided`: then nothing is known. */
export type VerifySignatures = (checks: readonly SignatureCheck[]) => readonly boolean[] | Promise<readonly boolean[]>;

export interface Verifier {
  readonly chainId: string;
  readonly options: VerifyOptions;
  readonly verifySignatures: VerifySignatures;
  readonly now: () => Time;
}

export const heightOf = (b: LightBlock): bigint => b.signedHeader.header.height;
export const hashOf = (b: LightBlock): Uint8Array => headerHash(b.signedHeader.header);
export const sameHash = (a: LightBlock, b: LightBlock): boolean => bytesEqual(hashOf(a), hashOf(b));

function wellFormed(v: Verifier, p: Provider, b: LightBlock): LightBlock {
  try {
    validateLightBlock(b, v.chainId);
    return b;
  } catch (e) {
    throw new LightError('invalid-header', `${p.name}: ${(e as Error).message}`);
  }
}

/** A well-formed block of the chain, of the height if one is asked for. Rejects with LightError. */
export async function fetchBlock(v: Verifier, p: Provider, height?: bigint, known?: ValidatorList): Promise<LightBlock> {
  const b = wellFormed(v, p, await p.lightBlock(height, known));
  if (height !== undefined && heightOf(b) !== height) throw new LightError('invalid-header', `${p.name} gave height ${heightOf(b)} for ${height}`);
  return b;
}

export async function step(v: Verifier, trusted: LightBlock, next: LightBlock): Promise<Verdict> {
  const p = plan({ header: trusted.signedHeader.header, validators: trusted.validatorSet }, next, v.options, v.now());
  return conclude(p, p.checks.length === 0 ? [] : await v.verifySignatures(p.checks));
}

function refusal(verdict: Verdict, b: LightBlock): LightError {
  if (verdict.type === 'ok') throw new Error('not a refusal');
  return new LightError(verdict.type === 'invalid' ? verdict.code : 'invalid-commit', `height ${heightOf(b)}: ${verdict.detail}`, heightOf(b));
}

/**
 * The blocks by which `target` follows from `trusted`, both included: as few as the validators allow. `hints` are heights to try before the
 * middle ones; a wrong hint costs a request. Rejects with LightError; its height is that of the block that was refused.
 */
export async function skip(v: Verifier, p: Provider, trusted: LightBlock, target: LightBlock, hints: readonly bigint[] = []): Promise<readonly LightBlock[]> {
  const trace = [trusted];
  let from = trusted;
  /** The target, then blocks ever nearer; those that could not be reached yet are tried again after each success, the farthest first. */
  const ahead = [target];
  for (let depth = 0; ; ) {
    const next = ahead[depth] as LightBlock;
    const verdict = await step(v, from, next);
    if (verdict.type === 'ok') {
      trace.push(next);
      if (depth === 0) return trace;
      from = next;
      ahead.length = depth;
      depth = 0;
    } else if (verdict.type === 'not-enough-trust') {
      if (depth === ahead.length - 1) {
        const [low, high] = [heightOf(from), heightOf(next)];
        const hint = hints.filter((h) => h > low && h < high).at(-1);
        ahead.push(await fetchBlock(v, p, hint ?? low + ((high - low) * 9n) / 16n, from.validatorSet));
      }
      depth++;
    } else throw refusal(verdict, next);
  }
}

/** Blocks of a sequence that are kept to find where histories part. */
const TRACE_MAX = 64;
const AHEAD = 16;

/** As skip, one height after the other: for those who trust no third of anybody. */
export async function sequence(v: Verifier, p: Provider, trusted: LightBlock, target: LightBlock): Promise<readonly LightBlock[]> {
  const trace = [trusted];
  const end = heightOf(target);
  /** Blocks that are on their way while others are verified. */
  const coming: Promise<LightBlock>[] = [];
  let asked = heightOf(trusted);
  for (let h = asked + 1n; h <= end; h++) {
    const from = trace.at(-1) as LightBlock;
    for (; asked < end && coming.length < AHEAD; ) {
      asked++;
      const block = asked === end ? Promise.resolve(target) : fetchBlock(v, p, asked, from.validatorSet);
      block.catch(() => undefined);
      coming.push(block);
    }
    const next = (await coming.shift()) as LightBlock;
    const verdict = await step(v, from, next);
    if (verdict.type !== 'ok') throw refusal(verdict, next);
    trace.push(next);
    if (trace.length > TRACE_MAX) trace.splice(1, 1);
  }
  return trace;
}

/** The block at a lower height, by the hash links: each header names the one before it. */
export async function backwards(v: Verifier, p: Provider, trusted: LightBlock, height: bigint): Promise<LightBlock> {
  let newer = trusted;
  while (heightOf(newer) > height) {
    const { header } = newer.signedHeader;
    // The link proves the header; its signatures and validators need no look.
    const older = await p.lightBlock(header.height - 1n, newer.validatorSet);
    const { time, chainId } = older.signedHeader.header;
    if (!bytesEqual(hashOf(older), header.lastBlockId.hash) || time >= header.time || chainId !== v.chainId) {
      throw new LightError('invalid-header', `${p.name}: no block before height ${header.height}`, header.height - 1n);
    }
    newer = older;
  }
  return wellFormed(v, p, newer);
}

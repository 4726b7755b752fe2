// Everything for some questions in one request: the way to the head, and the proofs below it (light-client.md §8). A node of Trellis makes it;
// it is trusted no more than any other answer.
//
// message Bundle (trellis.light.v1):
//   1 repeated blocks (CompactLightBlock), each a step from the one before, the last is the head; the header alone where it is the trusted one
//   2 set of the trusted height, where the reader has it not
//   3 repeated State { 1 value (none: absent), 2 repeated proof operators: of the key in its store, of the store } at head − 1, as asked
//   4 Tx { 1 height, 2 index, 3 total, 4 transaction, 5 repeated aunts, 6 result as it is hashed, 7 repeated aunts of the result }
//   5 Old { 1 header of the height, 2 header of the next, 3 index of the next in the log, 4 repeated path }; 1 is left out where it is the
//     head, 2 where it is the head or not there yet; 3 and 4 where nothing is below the head
//   6 State of the log's head
import { bytesEqual } from '../chain/encoding/bytes.ts';
import { TypesError } from '../chain/types/errors.ts';
import { type Header, headerHash } from '../chain/types/header.ts';
import type { ValidatorList } from '../chain/types/validator-list.ts';
import type { Trust } from './client/trust.ts';
import type { Verifier } from './client/verify.ts';
import { assertExact, type CompactLightBlock, readCompact, readHeader, readSet } from './compact/read.ts';
import { LightError } from './errors.ts';
import type { Provider, StateAnswer } from './provider.ts';
import { conclude } from './verifier/conclude.ts';
import { plan, type Trusted } from './verifier/plan.ts';
import { isTrustedSet } from './verifier/predicates.ts';
import { message } from './wire.ts';

export interface Questions {
  readonly keys?: readonly { readonly store: string; readonly key: Uint8Array }[];
  /** Hash of a transaction. */
  readonly tx?: Uint8Array;
  /** A height whose header is wanted. */
  readonly block?: bigint;
}

export interface BundledTx {
  readonly height: bigint;
  readonly index: number;
  readonly total: number;
  readonly tx: Uint8Array;
  readonly aunts: readonly Uint8Array[];
  readonly result: Uint8Array;
  readonly resultAunts: readonly Uint8Array[];
}

export interface BundledHeaders {
  readonly header: Header | undefined;
  readonly next: Header | undefined;
  readonly index: bigint;
  readonly path: readonly Uint8Array[];
}

/** What came with the head; nothing of it is proven yet. */
export interface Bundle {
  readonly head: Header;
  /** To the head, verified; none where the head is what was trusted. */
  readonly steps: readonly CompactLightBlock[];
  readonly states: readonly StateAnswer[];
  readonly tx: BundledTx | undefined;
  readonly old: BundledHeaders | undefined;
  readonly log: StateAnswer | undefined;
}

const BLOCKS_MAX = 64;
const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const OPS = ['ics23:iavl', 'ics23:simple'];

function stateAt(height: bigint): (b: Uint8Array) => StateAnswer {
  return (b) => {
    const m = message(b);
    return { height, value: m.bytes(1), ops: m.all(2).map((data, i) => ({ type: OPS[i] ?? '', key: EMPTY, data })) };
  };
}

/** The steps from what is trusted to the head, verified. `known`: the set of the trusted height, if it is at hand. Rejects with LightError. */
async function verifySteps(v: Verifier, from: Trust, raw: readonly Uint8Array[], known: ValidatorList | undefined): Promise<readonly CompactLightBlock[]> {
  let trusted: Trusted = { header: { chainId: v.chainId, ...from }, validators: known };
  const sets = known === undefined ? [] : [known];
  const steps: CompactLightBlock[] = [];
  for (const bytes of raw) {
    const b = readCompact(bytes, v.chainId, sets);
    const { header } = b.signedHeader;
    sets.push(b.validatorSet);
    steps.push(b);
    if (trusted.validators !== undefined && !isTrustedSet(trusted.header, trusted.validators))
      throw new LightError('invalid-header', 'bundle: other validators');
    if (trusted.validators === undefined && header.height !== from.height + 1n) throw new LightError('invalid-header', 'bundle: no validators');
    const p = plan(trusted, b, v.options, v.now());
    if (p.verdict === undefined) assertExact(p, b);
    const verdict = conclude(p, p.checks.length === 0 ? [] : await v.verifySignatures(p.checks));
    if (verdict.type !== 'ok') throw new LightError(verdict.type === 'invalid' ? verdict.code : 'invalid-commit', `bundle: ${verdict.detail}`);
    trusted = { header, validators: b.validatorSet };
  }
  return steps;
}

/** Asks a provider and verifies the way to the head. Rejects with LightError. */
export async function fetchBundle(v: Verifier, p: Provider, from: Trust, known: ValidatorList | undefined, q: Questions): Promise<Bundle> {
  try {
    return await readBundle(v, p, from, known, q);
  } catch (e) {
    if (e instanceof TypesError || e instanceof RangeError) throw new LightError('invalid-header', `bundle: ${e.message}`);
    throw e;
  }
}

async function readBundle(v: Verifier, p: Provider, from: Trust, known: ValidatorList | undefined, q: Questions): Promise<Bundle> {
  if (p.bundle === undefined) throw new LightError('not-found', `${p.name} makes no bundles`);
  const m = message(await p.bundle({ ...q, from: from.height, set: known?.hash() }));
  const raw = m.all(1);
  if (raw.length > BLOCKS_MAX) throw new LightError('invalid-header', `bundle: ${raw.length} blocks`);
  const alone = raw.length === 1 ? readHeader(raw[0] as Uint8Array, v.chainId) : undefined;
  const same = alone !== undefined && bytesEqual(headerHash(alone), from.hash);
  const steps = same ? [] : await verifySteps(v, from, raw, known ?? m.one(2, readSet));
  const head = same ? alone : steps.at(-1)?.signedHeader.header;
  if (head === undefined) throw new LightError('invalid-header', 'bundle: no blocks');
  const at = head.height - 1n;
  return {
    head,
    steps,
    states: m.all(3).map(stateAt(at)),
    tx: m.one(4, (b): BundledTx => {
      const t = message(b);
      const [height, index, total] = [BigInt(t.number(1)), t.number(2), t.number(3)];
      return { height, index, total, tx: t.bytes(4), aunts: t.all(5), result: t.bytes(6), resultAunts: t.all(7) };
    }),
    old: m.one(5, (b): BundledHeaders => {
      const o = message(b);
      const header = (h: Uint8Array): Header => readHeader(h, v.chainId);
      return { header: o.one(1, header), next: o.one(2, header), index: BigInt(o.number(3)), path: o.all(4) };
    }),
    log: m.one(6, stateAt(at)),
  };
}

// Whether a store holds a value under a key, or nothing, by the app hash of a verified header: ICS-23 proofs of the key in its store and of the
// store among all stores. An answer at height H is proven by header H + 1. Source: light-client.md §6, ICS-23.
import { CryptoError } from '../../chain/crypto/errors.ts';
import { existenceRoot, verifyExistence } from '../../chain/crypto/ics23/existence.ts';
import { nonExistenceRoot, verifyNonExistence } from '../../chain/crypto/ics23/non-existence.ts';
import { IAVL_SPEC, TENDERMINT_SPEC } from '../../chain/crypto/ics23/specs.ts';
import type { ExistenceProof, InnerOp, LeafOp, NonExistenceProof } from '../../chain/crypto/ics23/types.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { LightError } from '../errors.ts';
import type { StateAnswer } from '../provider.ts';
import { asBytes, asNumber, fields } from '../wire.ts';

const PROOF_BYTES_MAX = 65_536;
const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const STEPS_MAX = 256;

function leafOp(b: Uint8Array): LeafOp {
  const op: { -readonly [K in keyof LeafOp]: LeafOp[K] } = { hash: 0, prehashKey: 0, prehashValue: 0, length: 0, prefix: EMPTY };
  for (const [no, v] of fields(b)) {
    if (no === 1) op.hash = asNumber(v);
    else if (no === 2) op.prehashKey = asNumber(v);
    else if (no === 3) op.prehashValue = asNumber(v);
    else if (no === 4) op.length = asNumber(v);
    else if (no === 5) op.prefix = asBytes(v);
  }
  return op;
}

function innerOp(b: Uint8Array): InnerOp {
  const op: { -readonly [K in keyof InnerOp]: InnerOp[K] } = { hash: 0, prefix: EMPTY, suffix: EMPTY };
  for (const [no, v] of fields(b)) {
    if (no === 1) op.hash = asNumber(v);
    else if (no === 2) op.prefix = asBytes(v);
    else if (no === 3) op.suffix = asBytes(v);
  }
  return op;
}

function existence(b: Uint8Array): ExistenceProof {
  let key = EMPTY;
  let value = EMPTY;
  let leaf: LeafOp | undefined;
  const path: InnerOp[] = [];
  for (const [no, v] of fields(b)) {
    if (no === 1) key = asBytes(v);
    else if (no === 2) value = asBytes(v);
    else if (no === 3) leaf = leafOp(asBytes(v));
    else if (no === 4) path.push(innerOp(asBytes(v)));
    if (path.length > STEPS_MAX) throw new LightError('proof', 'a proof of too many steps');
  }
  return { key, value, leaf, path };
}

function absence(b: Uint8Array): NonExistenceProof {
  let left: ExistenceProof | undefined;
  let right: ExistenceProof | undefined;
  for (const [no, v] of fields(b)) {
    if (no === 2) left = existence(asBytes(v));
    else if (no === 3) right = existence(asBytes(v));
  }
  return { key: EMPTY, left, right };
}

/** The one proof inside of a CommitmentProof: 1 of existence, 2 of absence. */
function inner(data: Uint8Array, wanted: number): Uint8Array {
  if (data.length > PROOF_BYTES_MAX) throw new LightError('proof', `a proof of ${data.length} bytes`);
  for (const [no, v] of fields(data)) if (no === wanted) return asBytes(v);
  throw new LightError('proof', 'a proof of another kind');
}

/** The value, undefined where it is proven that there is none. Throws LightError `proof`. */
export function provenValue(answer: StateAnswer, store: string, key: Uint8Array, appHash: Uint8Array): Uint8Array | undefined {
  const [own, among] = answer.ops;
  if (own === undefined || among === undefined || answer.ops.length !== 2) throw new LightError('proof', `${answer.ops.length} proof operators, not 2`);
  if (own.type !== 'ics23:iavl' || among.type !== 'ics23:simple') throw new LightError('proof', `proof operators ${own.type}, ${among.type}`);
  try {
    const there = answer.value.length > 0;
    let root: Uint8Array;
    if (there) {
      const p = existence(inner(own.data, 1));
      root = existenceRoot(p);
      verifyExistence(p, IAVL_SPEC, root, key, answer.value);
    } else {
      const p = absence(inner(own.data, 2));
      root = nonExistenceRoot(p);
      verifyNonExistence(p, IAVL_SPEC, root, key);
    }
    verifyExistence(existence(inner(among.data, 1)), TENDERMINT_SPEC, appHash, utf8(store), root);
    return there ? answer.value : undefined;
  } catch (e) {
    throw e instanceof CryptoError ? new LightError('proof', e.message) : e;
  }
}

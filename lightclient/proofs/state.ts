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
import { message } from '../wire.ts';

const PROOF_BYTES_MAX = 65_536;
const STEPS_MAX = 256;

function leafOp(b: Uint8Array): LeafOp {
  const f = message(b);
  return { hash: f.number(1), prehashKey: f.number(2), prehashValue: f.number(3), length: f.number(4), prefix: f.bytes(5) };
}

function innerOp(b: Uint8Array): InnerOp {
  const f = message(b);
  return { hash: f.number(1), prefix: f.bytes(2), suffix: f.bytes(3) };
}

function existence(b: Uint8Array): ExistenceProof {
  const f = message(b);
  const path = f.all(4);
  if (path.length > STEPS_MAX) throw new LightError('proof', 'a proof of too many steps');
  return { key: f.bytes(1), value: f.bytes(2), leaf: f.one(3, leafOp), path: path.map(innerOp) };
}

function absence(b: Uint8Array): NonExistenceProof {
  const f = message(b);
  return { key: f.bytes(1), left: f.one(2, existence), right: f.one(3, existence) };
}

/** The one proof inside of a CommitmentProof: 1 of existence, 2 of absence. */
function inner<T>(data: Uint8Array, wanted: number, read: (b: Uint8Array) => T): T {
  if (data.length > PROOF_BYTES_MAX) throw new LightError('proof', `a proof of ${data.length} bytes`);
  const found = message(data).one(wanted, read);
  if (found === undefined) throw new LightError('proof', 'a proof of another kind');
  return found;
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
      const p = inner(own.data, 1, existence);
      root = existenceRoot(p);
      verifyExistence(p, IAVL_SPEC, root, key, answer.value);
    } else {
      const p = inner(own.data, 2, absence);
      root = nonExistenceRoot(p);
      verifyNonExistence(p, IAVL_SPEC, root, key);
    }
    verifyExistence(inner(among.data, 1, existence), TENDERMINT_SPEC, appHash, utf8(store), root);
    return there ? answer.value : undefined;
  } catch (e) {
    throw e instanceof CryptoError ? new LightError('proof', e.message) : e;
  }
}

// The last thing that was signed, kept in priv_validator_state.json: what keeps a validator from signing twice (cmt:privval/file.go).
// Invariant of a state that is not empty: its signature is the key's over its sign bytes, and height, round and step are theirs. JSON has
// no checksum, so this is also how a flipped bit is noticed.
import { bytesEqual, fromBase64, fromHex, toBase64, toHexUpper } from '../encoding/bytes.ts';
import type { Time } from '../encoding/time.ts';
import { respaceJson } from '../types/json/raw.ts';
import type { PublicKey } from '../types/public-key.ts';
import { verifySignature } from '../types/verify-signature.ts';
import { readSignBytes, STEP_NONE } from './canonical.ts';
import { KeyFileError, SignError } from './errors.ts';
import { readFields } from './strict-json.ts';

export interface LastSigned {
  readonly height: bigint;
  readonly round: number;
  /** 0 none, 1 propose, 2 prevote, 3 precommit. */
  readonly step: number;
  readonly signature: Uint8Array;
  readonly signBytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);
export const NOTHING_SIGNED: LastSigned = { height: 0n, round: 0, step: STEP_NONE, signature: EMPTY, signBytes: EMPTY };

/** What to do with a request: sign it, or give what was signed before, with the timestamp it had. */
export type Decision = { readonly kind: 'sign' } | { readonly kind: 'reuse'; readonly signature: Uint8Array; readonly timestamp: Time };

/** `timestamp` is the request's own. Throws SignError where signing could be signing twice. */
export function decide(last: LastSigned, height: bigint, round: number, step: number, signBytes: Uint8Array, timestamp: Time): Decision {
  if (last.height > height) throw new SignError('height-regression', `height regression. Got ${height}, last height ${last.height}`);
  if (last.height < height) return { kind: 'sign' };
  if (last.round > round) throw new SignError('round-regression', `round regression at height ${height}. Got ${round}, last round ${last.round}`);
  if (last.round < round) return { kind: 'sign' };
  if (last.step > step) {
    throw new SignError('step-regression', `step regression at height ${height} round ${round}. Got ${step}, last step ${last.step}`);
  }
  if (last.step < step) return { kind: 'sign' };
  if (bytesEqual(last.signBytes, signBytes)) return { kind: 'reuse', signature: last.signature, timestamp };
  const before = readSignBytes(last.signBytes);
  if (bytesEqual(before.withTimestamp(timestamp), signBytes)) return { kind: 'reuse', signature: last.signature, timestamp: before.timestamp };
  throw new SignError('conflicting-data', `conflicting data at height ${height} round ${round} step ${step}: something else was signed there`);
}

/** Raw JSON of each field; the last two only where something was signed. */
function fieldsOf(s: LastSigned): Readonly<Record<string, string>> {
  const position = { height: `"${s.height}"`, round: `${s.round}`, step: `${s.step}` };
  if (s.step === STEP_NONE) return position;
  return { ...position, signature: `"${toBase64(s.signature)}"`, signbytes: `"${toHexUpper(s.signBytes)}"` };
}

export function stateFileText(s: LastSigned): string {
  const fields = Object.entries(fieldsOf(s)).map(([name, raw]) => `"${name}":${raw}`);
  return respaceJson(`{${fields.join(',')}}`, '  ');
}

const HINT = 'Restore the file, or make sure by other means that this key has signed nothing later before you reset it';

function parse(raw: string | undefined, decode: (s: string) => Uint8Array): Uint8Array {
  const s: unknown = raw === undefined ? '' : JSON.parse(raw);
  if (typeof s !== 'string') throw new RangeError('not a string');
  return decode(s);
}

/** Throws KeyFileError where the file is missing, corrupt, or not about `key`. */
export function readStateFile(path: string, key: PublicKey): LastSigned {
  const fields = readFields(path, 'validator state', ['height', 'round', 'step', 'signature', 'signbytes']);
  const corrupt = (why: string): never => {
    throw new KeyFileError(path, `the validator state file is corrupt: ${why}. ${HINT}`);
  };
  let state: LastSigned;
  try {
    const signBytes = parse(fields.get('signbytes'), fromHex);
    const signature = parse(fields.get('signature'), fromBase64);
    if (signBytes.length === 0) state = NOTHING_SIGNED;
    else {
      const signed = readSignBytes(signBytes);
      state = { height: signed.height, round: Number(signed.round), step: signed.step, signature, signBytes };
    }
  } catch (e) {
    return corrupt((e as Error).message);
  }
  // Position and forms follow from the sign bytes; what the file says must be exactly that.
  const want = fieldsOf(state);
  for (const name of new Set([...fields.keys(), ...Object.keys(want)])) {
    if (fields.get(name) !== want[name]) corrupt(`${name} does not agree with the sign bytes`);
  }
  if (state.step !== STEP_NONE && !verifySignature(key, state.signBytes, state.signature)) corrupt("the signature is not this key's over the sign bytes");
  return state;
}

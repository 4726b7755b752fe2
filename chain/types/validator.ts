// One validator of a set (cmt:types/validator.go). Its proposer priority changes every round and is not hashed.
import { bytesEqual, compareBytes, toHexUpper } from '../encoding/bytes.ts';
import { embedField, varintField } from '../encoding/proto-bytes.ts';
import { TypesError } from './errors.ts';
import { KEY_NUMBERS, type PublicKey } from './public-key.ts';
import { addressOfKey } from './validator-address.ts';

export interface Validator {
  /** 20 bytes, derived from the key. */
  readonly address: Uint8Array;
  readonly pubKey: PublicKey;
  readonly votingPower: bigint;
  readonly proposerPriority: bigint;
}

export function newValidator(pubKey: PublicKey, votingPower: bigint): Validator {
  return { address: addressOfKey(pubKey), pubKey, votingPower, proposerPriority: 0n };
}

/** The leaf of the validator in its set's hash: key and power (tendermint.types.SimpleValidator). */
export function validatorBytes(v: Validator): Uint8Array {
  const key = embedField(KEY_NUMBERS[v.pubKey.case], v.pubKey.value);
  const power = varintField(2, v.votingPower);
  const whole = embedField(1, key);
  const out = new Uint8Array(whole.length + power.length);
  out.set(whole);
  out.set(power, whole.length);
  return out;
}

/** Throws TypesError. */
export function validateValidator(v: Validator): void {
  if (v.pubKey.value.length === 0) throw new TypesError('validator', 'validator does not have a public key');
  if (v.votingPower < 0n) throw new TypesError('validator', 'validator has negative voting power');
  const derived = addressOfKey(v.pubKey);
  if (!bytesEqual(derived, v.address)) {
    throw new TypesError('validator', `validator address is incorrectly derived from pubkey. Exp: ${toHexUpper(derived)}, got ${toHexUpper(v.address)}`);
  }
}

/** Who proposes before whom: higher priority, then lower address. Negative where `a` comes first. */
export function compareProposerPriority(a: Validator, b: Validator): number {
  if (a.proposerPriority !== b.proposerPriority) return a.proposerPriority > b.proposerPriority ? -1 : 1;
  return compareBytes(a.address, b.address);
}

/** Order of a set: power descending, then address ascending. */
export function compareValidators(a: Validator, b: Validator): number {
  if (a.votingPower !== b.votingPower) return a.votingPower > b.votingPower ? -1 : 1;
  return compareBytes(a.address, b.address);
}

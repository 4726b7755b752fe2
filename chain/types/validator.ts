// One validator of a set (cmt:types/validator.go). Its proposer priority changes every round and is not hashed.
import { bytesEqual, compareBytes, toHexUpper } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, type FieldCodec, int64, message, optional } from '../encoding/codec.ts';
import { TypesError } from './errors.ts';
import { type PublicKey, publicKeyCodec } from './public-key.ts';
import { addressOfKey, checkKeySize } from './validator-address.ts';

export interface Validator {
  /** 20 bytes, derived from the key. */
  readonly address: Uint8Array;
  readonly pubKey: PublicKey;
  readonly votingPower: bigint;
  readonly proposerPriority: bigint;
}

/** Stands for a key that is not there: what a decoder finds where the field is missing. Encodes as an empty PublicKey. */
export const NO_PUBLIC_KEY: PublicKey = { case: 'ed25519', value: new Uint8Array(0) };

/** A PublicKey message whose oneof is set, with a key of the right size; decoding anything else is an error, as in CometBFT. */
export function publicKeyField(no: number): FieldCodec<PublicKey> {
  const inner = embed(no, publicKeyCodec);
  const slot = inner.slots[0];
  if (slot === undefined) throw new Error('embed has one slot');
  return {
    slots: [
      {
        no,
        write: (w, v) => slot.write(w, { sum: (v as PublicKey).value.length === 0 ? undefined : v }),
        read: (r, wt, current, depth) => {
          const key = current as PublicKey;
          const { sum } = slot.read(r, wt, { sum: key === NO_PUBLIC_KEY ? undefined : key }, depth) as { sum: PublicKey | undefined };
          if (sum === undefined) return r.fail('public key of an unknown type');
          try {
            checkKeySize(sum);
          } catch (e) {
            return r.fail((e as Error).message);
          }
          return sum;
        },
      },
    ],
    zero: () => NO_PUBLIC_KEY,
    shape: inner.shape,
  };
}

export const validatorCodec: Codec<Validator> = message('tendermint.types.Validator', {
  address: bytes(1),
  pubKey: publicKeyField(2),
  votingPower: int64(3),
  proposerPriority: int64(4),
});

const simpleValidatorCodec: Codec<{ pubKey: { sum: PublicKey | undefined } | undefined; votingPower: bigint }> = message('tendermint.types.SimpleValidator', {
  pubKey: optional(1, publicKeyCodec),
  votingPower: int64(2),
});

export function newValidator(pubKey: PublicKey, votingPower: bigint): Validator {
  return { address: addressOfKey(pubKey), pubKey, votingPower, proposerPriority: 0n };
}

/** The leaf of the validator in its set's hash: key and power. */
export function validatorBytes(v: Validator): Uint8Array {
  return simpleValidatorCodec.encode({ pubKey: { sum: v.pubKey }, votingPower: v.votingPower });
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

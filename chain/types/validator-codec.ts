// tendermint.types.Validator on the wire.
import './secp256k1-addresses.ts';
import { bytes, type Codec, embed, type FieldCodec, int64, message } from '../encoding/codec.ts';
import type { PublicKey } from './public-key.ts';
import { publicKeyCodec } from './public-key-codec.ts';
import type { Validator } from './validator.ts';
import { checkKeySize } from './validator-address.ts';

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

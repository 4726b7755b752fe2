// tendermint.crypto.PublicKey on the wire.
import './secp256k1-addresses.ts';
import { type Codec, message, oneof, scalar, scalars } from '../encoding/codec.ts';
import { KEY_NUMBERS, type KeyBytes, type PublicKey } from './public-key.ts';

/** The message as protobuf has it: the oneof may be unset. */
export interface PublicKeyMessage {
  readonly sum: PublicKey | undefined;
}

export const publicKeyCodec: Codec<PublicKeyMessage> = message<PublicKeyMessage>('tendermint.crypto.PublicKey', {
  sum: oneof<KeyBytes>({
    ed25519: scalar(KEY_NUMBERS.ed25519, scalars.bytes),
    secp256k1: scalar(KEY_NUMBERS.secp256k1, scalars.bytes),
    bls12381: scalar(KEY_NUMBERS.bls12381, scalars.bytes),
    mldsa65: scalar(KEY_NUMBERS.mldsa65, scalars.bytes),
    secp256k1eth: scalar(KEY_NUMBERS.secp256k1eth, scalars.bytes),
  }),
});

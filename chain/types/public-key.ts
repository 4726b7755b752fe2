// Consensus public keys: tendermint.crypto.PublicKey, a oneof (cmt:proto/tendermint/crypto/keys.proto). 3 to 5 are new in v0.40.
import { type Codec, message, oneof, scalar, scalars } from '../encoding/codec.ts';

interface KeyBytes {
  ed25519: Uint8Array;
  secp256k1: Uint8Array;
  bls12381: Uint8Array;
  mldsa65: Uint8Array;
  secp256k1eth: Uint8Array;
}
export type PublicKeyType = keyof KeyBytes;

/** `case` names the algorithm, `value` are the key's bytes. */
export interface PublicKey {
  readonly case: PublicKeyType;
  readonly value: Uint8Array;
}

/** The message as protobuf has it: the oneof may be unset. */
export interface PublicKeyMessage {
  readonly sum: PublicKey | undefined;
}

export const publicKeyCodec: Codec<PublicKeyMessage> = message<PublicKeyMessage>('tendermint.crypto.PublicKey', {
  sum: oneof<KeyBytes>({
    ed25519: scalar(1, scalars.bytes),
    secp256k1: scalar(2, scalars.bytes),
    bls12381: scalar(3, scalars.bytes),
    mldsa65: scalar(4, scalars.bytes),
    secp256k1eth: scalar(5, scalars.bytes),
  }),
});

// tendermint.crypto.Proof on the wire.
import { bytes, type Codec, int64, message, repeatedBytes } from '../encoding/codec.ts';
import type { MerkleProof } from './merkle.ts';

/** tendermint.crypto.Proof. Decoded proofs of others need `checkMerkleProof`. */
export const merkleProofCodec: Codec<MerkleProof> = message<MerkleProof>('tendermint.crypto.Proof', {
  total: int64(1),
  index: int64(2),
  leafHash: bytes(3),
  aunts: repeatedBytes(4),
});

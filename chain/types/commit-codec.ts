// tendermint.types.Commit on the wire, and the hash of a commit, which is over its encoded signatures.
import { merkleRoot } from '../crypto/merkle.ts';
import { bytes, type Codec, embed, enumeration, int32, int64, message, time } from '../encoding/codec.ts';
import { blockIdCodec } from './block-id-codec.ts';
import { capped } from './capped.ts';
import type { Commit, CommitSig } from './commit.ts';
import { MAX_VOTES_COUNT } from './limits.ts';

export const commitSigCodec: Codec<CommitSig> = message('tendermint.types.CommitSig', {
  blockIdFlag: enumeration(1),
  validatorAddress: bytes(2),
  timestamp: time(3),
  signature: bytes(4),
});

export const commitCodec: Codec<Commit> = message('tendermint.types.Commit', {
  height: int64(1),
  round: int32(2),
  blockId: embed(3, blockIdCodec),
  signatures: capped(4, commitSigCodec, MAX_VOTES_COUNT),
});

/** Hashes of commits already hashed. Commits are never changed once made. */
const known = new WeakMap<Commit, Uint8Array>();

/** Merkle root over the encoded signatures; height, round and block id are not part of it. */
export function commitHash(c: Commit): Uint8Array {
  let hash = known.get(c);
  if (hash === undefined) {
    hash = merkleRoot(c.signatures.map((s) => commitSigCodec.encode(s)));
    known.set(c, hash);
  }
  return hash;
}

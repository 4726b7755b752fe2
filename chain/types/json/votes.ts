// Votes, proposals, commits and bit arrays in JSON.
import { BitArray } from '../bit-array.ts';
import type { Commit, CommitSig } from '../commit.ts';
import type { Proposal } from '../proposal.ts';
import type { Vote } from '../vote.ts';
import { jBlockId } from './header.ts';
import { field, type JsonCodec, jBase64, jHex, jInt32, jInt64, jList, jMap, jObject, jString, jTime, jUint8 } from './json-codec.ts';

export const jVote: JsonCodec<Vote> = jObject<Vote>({
  type: field('type', jInt32),
  height: field('height', jInt64),
  round: field('round', jInt32),
  blockId: field('block_id', jBlockId),
  timestamp: field('timestamp', jTime),
  validatorAddress: field('validator_address', jHex),
  validatorIndex: field('validator_index', jInt32),
  signature: field('signature', jBase64),
  extension: field('extension', jBase64),
  extensionSignature: field('extension_signature', jBase64),
});

export const jProposal: JsonCodec<Proposal> = jObject<Proposal>({
  type: field('Type', jInt32),
  height: field('height', jInt64),
  round: field('round', jInt32),
  polRound: field('pol_round', jInt32),
  blockId: field('block_id', jBlockId),
  timestamp: field('timestamp', jTime),
  signature: field('signature', jBase64),
});

export const jCommitSig: JsonCodec<CommitSig> = jObject<CommitSig>({
  blockIdFlag: field('block_id_flag', jUint8),
  validatorAddress: field('validator_address', jHex),
  timestamp: field('timestamp', jTime),
  signature: field('signature', jBase64),
});

export const jCommit: JsonCodec<Commit> = jObject<Commit>({
  height: field('height', jInt64),
  round: field('round', jInt32),
  blockId: field('block_id', jBlockId),
  signatures: field('signatures', jList(jCommitSig)),
});

/** A string of _ and x. */
export const jBitArray: JsonCodec<BitArray> = jMap(
  jString,
  (a) => a.toString(),
  (s) => BitArray.parse(s),
);

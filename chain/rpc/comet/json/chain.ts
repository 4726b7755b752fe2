// The chain's types in RPC answers: the JSON codecs of chain/types, by the names that the methods use.
import type { Block } from '../../../types/block.ts';
import type { BlockId } from '../../../types/block-id.ts';
import type { Evidence } from '../../../types/evidence.ts';
import { jBlock, jBlockMeta, jEvidence, jTxProof } from '../../../types/json/block.ts';
import { jConsensusParams } from '../../../types/json/consensus-params.ts';
import { jBlockId, jHeader } from '../../../types/json/header.ts';
import { jPublicKey } from '../../../types/json/keys.ts';
import { jValidator, jValidatorSet } from '../../../types/json/validators.ts';
import { jCommit, jProposal, jVote } from '../../../types/json/votes.ts';
import { base64 } from './abci.ts';

/** Transactions are most of a block's bytes: their base64 is the host's. */
export function blockToJson(b: Block): unknown {
  return { ...(jBlock.to({ ...b, data: { txs: [] } }) as object), data: { txs: b.data.txs.map(base64) } };
}
export const blockMetaToJson = jBlockMeta.to;
export const blockIdToJson: (id: BlockId) => unknown = jBlockId.to;
export const headerToJson = jHeader.to;
export const commitToJson = jCommit.to;
export const voteToJson = jVote.to;
export const proposalToJson = jProposal.to;
export const validatorToJson = jValidator.to;
export const validatorSetToJson = jValidatorSet.to;
export const publicKeyToJson = jPublicKey.to;
export const consensusParamsToJson = jConsensusParams.to;
export const txProofToJson = jTxProof.to;
export const evidenceToJson = jEvidence.to;

export function evidenceFromJson(v: unknown): Evidence {
  return jEvidence.from(v, 'evidence');
}

/** Upper-case hex. */
export function hex(b: Uint8Array): string {
  return Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('hex').toUpperCase();
}

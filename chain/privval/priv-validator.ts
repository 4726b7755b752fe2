// What signs for a validator: a file on this machine, or a signer elsewhere (cmt:types/priv_validator.go).
import type { Proposal } from '../types/proposal.ts';
import type { PublicKey } from '../types/public-key.ts';
import type { Vote } from '../types/vote.ts';

export interface PrivValidator {
  getPubKey(): Promise<PublicKey>;
  /**
   * The vote with its signature and, for a precommit for a block where `signExtension` is set, the signature of its extension. The
   * timestamp may be an earlier one: where the same vote was signed before, that vote comes back. Rejects with SignError.
   */
  signVote(chainId: string, vote: Vote, signExtension: boolean): Promise<Vote>;
  /** As signVote. */
  signProposal(chainId: string, proposal: Proposal): Promise<Proposal>;
}

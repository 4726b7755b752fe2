// What a signer answers to a node's request (cmt:privval/signer_requestHandler.go). A refusal is an answer with an error in it.

import { GO_ZERO_TIME } from '../../encoding/time.ts';
import { ZERO_BLOCK_ID } from '../../types/block-id.ts';
import type { PrivvalMessage } from '../../types/messages/privval.ts';
import { PROPOSAL, type Proposal } from '../../types/proposal.ts';
import type { Vote } from '../../types/vote.ts';
import type { PrivValidator } from '../priv-validator.ts';
import { SignerLinkError } from './errors.ts';

const EMPTY = new Uint8Array(0);
const NO_VOTE: Vote = {
  type: 0,
  height: 0n,
  round: 0,
  blockId: ZERO_BLOCK_ID,
  timestamp: GO_ZERO_TIME,
  validatorAddress: EMPTY,
  validatorIndex: 0,
  signature: EMPTY,
  extension: EMPTY,
  extensionSignature: EMPTY,
};
const NO_PROPOSAL: Proposal = { type: 0, height: 0n, round: 0, polRound: 0, blockId: ZERO_BLOCK_ID, timestamp: GO_ZERO_TIME, signature: EMPTY };

/** `refused` is told the reason. Throws SignerLinkError on a message that is no request. */
export async function handleSignerRequest(
  signer: PrivValidator,
  chainId: string,
  request: PrivvalMessage,
  refused: (reason: string) => void,
): Promise<PrivvalMessage> {
  const error = (e: unknown): { readonly code: number; readonly description: string } => {
    const description = e instanceof Error ? e.message : String(e);
    refused(description);
    return { code: 0, description };
  };
  const wrongChain = (asked: string): Error | undefined => (asked === chainId ? undefined : new Error(`this signer signs for chain ${chainId}, not ${asked}`));
  switch (request.case) {
    case 'pingRequest':
      return { case: 'pingResponse', value: {} };
    case 'pubKeyRequest': {
      const wrong = wrongChain(request.value.chainId);
      if (wrong !== undefined) return { case: 'pubKeyResponse', value: { pubKey: { sum: undefined }, error: error(wrong) } };
      return { case: 'pubKeyResponse', value: { pubKey: { sum: await signer.getPubKey() }, error: undefined } };
    }
    case 'signVoteRequest':
      try {
        const { vote } = request.value;
        const wrong = wrongChain(request.value.chainId) ?? (vote === undefined ? new Error('no vote to sign') : undefined);
        if (wrong !== undefined || vote === undefined) throw wrong;
        return { case: 'signedVoteResponse', value: { vote: await signer.signVote(chainId, vote, true), error: undefined } };
      } catch (e) {
        return { case: 'signedVoteResponse', value: { vote: NO_VOTE, error: error(e) } };
      }
    case 'signProposalRequest':
      try {
        const { proposal } = request.value;
        const wrong = wrongChain(request.value.chainId) ?? (proposal === undefined ? new Error('no proposal to sign') : undefined);
        if (wrong !== undefined || proposal === undefined) throw wrong;
        if (proposal.type !== PROPOSAL) throw new Error(`a proposal of type ${proposal.type}`);
        return { case: 'signedProposalResponse', value: { proposal: await signer.signProposal(chainId, proposal), error: undefined } };
      } catch (e) {
        return { case: 'signedProposalResponse', value: { proposal: NO_PROPOSAL, error: error(e) } };
      }
    default:
      throw new SignerLinkError(`${request.case} is not a request`);
  }
}

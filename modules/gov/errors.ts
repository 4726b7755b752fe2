// Errors of governance. Codes are the reference's (sdk:x/gov/types/errors.go); 13 is registered in chain/core/errors.ts, as every module answers
// with it to a wrong authority.

import { ErrInvalidAuthority, plainError, registerError, type SdkError } from '../../chain/core/errors.ts';
import { Dec, DecParseError } from '../../chain/core/math/dec.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrInactiveProposal = registerError(MODULE_NAME, 3, 'inactive proposal');
export const ErrAlreadyActiveProposal = registerError(MODULE_NAME, 4, 'proposal already active');
export const ErrInvalidProposalContent = registerError(MODULE_NAME, 5, 'invalid proposal content');
export const ErrInvalidProposalType = registerError(MODULE_NAME, 6, 'invalid proposal type');
export const ErrInvalidVote = registerError(MODULE_NAME, 7, 'invalid vote option');
export const ErrInvalidGenesis = registerError(MODULE_NAME, 8, 'invalid genesis state');
export const ErrNoProposalHandlerExists = registerError(MODULE_NAME, 9, 'no handler exists for proposal type');
export const ErrUnroutableProposalMsg = registerError(MODULE_NAME, 10, 'proposal message not recognized by router');
export const ErrNoProposalMsgs = registerError(MODULE_NAME, 11, 'no messages proposed');
export const ErrInvalidProposalMsg = registerError(MODULE_NAME, 12, 'invalid proposal message');
export const ErrInvalidSigner = ErrInvalidAuthority;
export const ErrMetadataTooLong = registerError(MODULE_NAME, 15, 'metadata too long');
export const ErrMinDepositTooSmall = registerError(MODULE_NAME, 16, 'minimum deposit is too small');
export const ErrInvalidProposer = registerError(MODULE_NAME, 18, 'invalid proposer');
export const ErrVotingPeriodEnded = registerError(MODULE_NAME, 20, 'voting period already ended');
export const ErrInvalidProposal = registerError(MODULE_NAME, 21, 'invalid proposal');
export const ErrSummaryTooLong = registerError(MODULE_NAME, 22, 'summary too long');
export const ErrInvalidDepositDenom = registerError(MODULE_NAME, 23, 'invalid deposit denom');

/** What the reference's collections say of a key that is not there; `type` is the value's full protobuf name. */
export function notThere(key: string, type: string): SdkError {
  return plainError(`collections: not found: key '${key}' of type github.com/cosmos/gogoproto/${type}`);
}

/** Reads "0.5"; throws a plain error with `before` in front of the reason. */
export function readDec(text: string, before = ''): Dec {
  try {
    return Dec.parse(text);
  } catch (e) {
    throw e instanceof DecParseError ? plainError(`${before}${e.message}`) : e;
  }
}

/** What touching a number that was left out does in Go. */
export function nilPanic(): never {
  throw new Error('runtime error: invalid memory address or nil pointer dereference');
}

// Which signatures of a commit count. Both the tally of power and the median of times are taken over exactly these, so that they cannot
// disagree (F-9): entries flagged COMMIT; absent ones and votes for nil count for neither.
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import { BLOCK_ID_FLAG_COMMIT, type Commit, type CommitSig } from './commit.ts';
import { TypesError } from './errors.ts';
import type { Validator } from './validator.ts';
import type { ValidatorList } from './validator-list.ts';

export interface CountedVote {
  readonly index: number;
  readonly signature: CommitSig;
  readonly validator: Validator;
}

export function counts(s: CommitSig): boolean {
  return s.blockIdFlag === BLOCK_ID_FLAG_COMMIT;
}

/** The validator at `index`, whose address the entry must name. Throws TypesError. */
export function signerAt(validators: ValidatorList, index: number, s: CommitSig): Validator {
  const v = validators.getByIndex(index);
  if (v === undefined) throw new TypesError('commit', `invalid commit -- no validator at index ${index} of a set of ${validators.size}`);
  if (!bytesEqual(v.address, s.validatorAddress)) {
    throw new TypesError(
      'commit-address',
      `validator address mismatch at index ${index}: expected ${toHexUpper(v.address)}, got ${toHexUpper(s.validatorAddress)}`,
    );
  }
  return v;
}

/** The counted votes of a commit made by `validators`, in the set's order. Throws TypesError where an entry does not fit the set. */
export function countedVotes(commit: Commit, validators: ValidatorList): readonly CountedVote[] {
  const out: CountedVote[] = [];
  for (const [index, signature] of commit.signatures.entries()) {
    if (counts(signature)) out.push({ index, signature, validator: signerAt(validators, index, signature) });
  }
  return out;
}

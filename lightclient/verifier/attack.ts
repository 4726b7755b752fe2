// What a block that contradicts the chain is, and who is to blame: for evidence, by those who build it and those who judge it.
// Source: cmt:types/evidence.go ConflictingHeaderIsInvalid, GetByzantineValidators.
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { BLOCK_ID_FLAG_COMMIT } from '../../chain/types/commit.ts';
import type { Header } from '../../chain/types/header.ts';
import type { LightBlock, SignedHeader } from '../../chain/types/light-block.ts';
import { compareValidators, type Validator } from '../../chain/types/validator.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';

const DERIVED = ['validatorsHash', 'nextValidatorsHash', 'consensusHash', 'appHash', 'lastResultsHash'] as const;

/** The header claims validators, parameters or results that do not follow from the chain: a lunatic attack. */
export function isDerivedWrongly(conflicting: Header, trusted: Header): boolean {
  return DERIVED.some((k) => !bytesEqual(conflicting[k], trusted[k]));
}

/** Strongest first; undefined for amnesia, where nobody can be named. `common`: the validators of the last height that both histories share. */
export function byzantineValidators(conflicting: LightBlock, common: ValidatorList, trusted: SignedHeader): readonly Validator[] | undefined {
  const { header, commit } = conflicting.signedHeader;
  const lunatic = isDerivedWrongly(header, trusted.header);
  if (!lunatic && trusted.commit.round !== commit.round) return undefined;
  // Lunatic: everyone of the common set who signed the invented header. Equivocation: everyone who signed both blocks in the round.
  const set = lunatic ? common : conflicting.validatorSet;
  return commit.signatures
    .flatMap((s, i) => {
      if (s.blockIdFlag !== BLOCK_ID_FLAG_COMMIT) return [];
      if (!lunatic && trusted.commit.signatures[i]?.blockIdFlag !== BLOCK_ID_FLAG_COMMIT) return [];
      return set.getByAddress(s.validatorAddress)?.validator ?? [];
    })
    .sort(compareValidators);
}

// Validators, sets and light blocks in JSON.
import type { LightBlock, SignedHeader } from '../light-block.ts';
import type { Validator } from '../validator.ts';
import { ValidatorSet } from '../validator-set.ts';
import { jHeader } from './header.ts';
import { field, type JsonCodec, jHex, jInt64, jList, jMap, jObject, jOptional } from './json-codec.ts';
import { jPublicKey } from './keys.ts';
import { jCommit } from './votes.ts';

export const jValidator: JsonCodec<Validator> = jObject<Validator>({
  address: field('address', jHex),
  pubKey: field('pub_key', jPublicKey),
  votingPower: field('voting_power', jInt64),
  proposerPriority: field('proposer_priority', jInt64),
});

const shape = jObject<{ validators: readonly Validator[]; proposer: Validator | undefined }>({
  validators: field('validators', jList(jValidator)),
  proposer: field('proposer', jOptional(jValidator)),
});

/** Not validated on reading. */
export const jValidatorSet: JsonCodec<ValidatorSet> = jMap(
  shape,
  (s: ValidatorSet) => ({ validators: s.validators, proposer: s.proposer }),
  (v) => ValidatorSet.restore(v.validators, v.proposer),
);

export const jSignedHeader: JsonCodec<SignedHeader> = jObject<SignedHeader>({ header: field('header', jHeader), commit: field('commit', jCommit) });

export const jLightBlock: JsonCodec<LightBlock> = jObject<LightBlock>({
  signedHeader: field('signed_header', jSignedHeader),
  validatorSet: field('validator_set', jValidatorSet),
});

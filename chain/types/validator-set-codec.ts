// tendermint.types.ValidatorSet on the wire.
import { type Codec, int64, message, optional } from '../encoding/codec.ts';
import { capped } from './capped.ts';
import { TypesError } from './errors.ts';
import { MAX_VOTES_COUNT } from './limits.ts';
import { mapped } from './mapped.ts';
import type { Validator } from './validator.ts';
import { validatorCodec } from './validator-codec.ts';
import type { ValidatorList } from './validator-list.ts';
import { ValidatorSet } from './validator-set.ts';

interface ValidatorSetMessage {
  readonly validators: readonly Validator[];
  readonly proposer: Validator | undefined;
  readonly totalVotingPower: bigint;
}

const wireCodec: Codec<ValidatorSetMessage> = message('tendermint.types.ValidatorSet', {
  validators: capped(1, validatorCodec, MAX_VOTES_COUNT),
  proposer: optional(2, validatorCodec),
  totalVotingPower: int64(3),
});

/** The total is written as 0 and recomputed on reading: a peer's number is not trusted. A set that is not empty must pass `validate`. */
export const validatorSetCodec: Codec<ValidatorSet> = mapped(
  wireCodec,
  (w) => {
    if (w.validators.length === 0) return ValidatorSet.empty();
    if (w.proposer === undefined) throw new TypesError('validator-set', 'proposer is missing');
    const set = ValidatorSet.restore(w.validators, w.proposer);
    set.validate();
    return set;
  },
  (s) => ({ validators: [...s.validators], proposer: s.proposer, totalVotingPower: 0n }),
);

/** As validatorSetCodec, for what is known as a list only; a list without a proposer does not decode elsewhere. */
export const validatorListCodec = validatorSetCodec as unknown as Codec<ValidatorList>;

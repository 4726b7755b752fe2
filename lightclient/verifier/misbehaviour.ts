// Misbehaviour as IBC's client of CometBFT chains judges it: two headers, each of which would have convinced a client, that cannot both be of
// one chain. A half at a time, as the verdict on the first comes before anything of the second is looked at. `conclude` makes the verdicts.
// Source: ibc-go:modules/light-clients/07-tendermint/misbehaviour.go validCommit, misbehaviour_handle.go. Pure and synchronous.
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { planVerifyCommitLight, planVerifyCommitLightTrusting } from '../../chain/types/commit-verify.ts';
import { TypesError } from '../../chain/types/errors.ts';
import type { LightBlock, SignedHeader } from '../../chain/types/light-block.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';
import { decided, type Pass, planned, type VerificationPlan, type VerifyOptions } from './plan.ts';
import { notExpired, type TrustedHeader, wellFormed } from './predicates.ts';

function onePass(kind: Pass['kind'], make: Parameters<typeof planned>[0]): VerificationPlan {
  const plan = planned(make);
  const checks = plan instanceof TypesError ? [] : plan.checks;
  return { verdict: undefined, passes: [{ kind, plan, at: checks.map((_, i) => i) }], checks };
}

/** Needs no state: header, commit and validators belong together, and more than 2/3 of these validators signed, on the chain that the header names. */
export function planOwnCommit(block: LightBlock): VerificationPlan {
  const { header, commit } = block.signedHeader;
  const broken = wellFormed(block, header.chainId);
  if (broken !== undefined) return decided(broken);
  return onePass('commit', () => planVerifyCommitLight(header.chainId, block.validatorSet, commit.blockId, commit.height, commit));
}

/** A trusted state of the client, with the validators that it names as its next. */
export interface Ground {
  readonly header: Pick<TrustedHeader, 'height' | 'time' | 'nextValidatorsHash'>;
  readonly validators: ValidatorList;
}

/**
 * Needs the client's state: the trusted header is within the trusting period (an end that is exactly now is `expired`), and enough of its next
 * validators signed. No height, time or clock is compared: of two such headers one may well be older than another that is trusted.
 * `chainId`: the client's, with the revision of the header where chain ids have one. Throws an Error where the validators are not the trusted ones.
 */
export function planConvincing(
  chainId: string,
  { header, validators }: Ground,
  { commit }: SignedHeader,
  options: Pick<VerifyOptions, 'trustingPeriod' | 'trustLevel'>,
  now: Time,
): VerificationPlan {
  if (!bytesEqual(validators.hash(), header.nextValidatorsHash)) throw new Error(`light client: not the validators after the trusted height ${header.height}`);
  const expired = notExpired(header, options.trustingPeriod, now);
  if (expired !== undefined) return decided(expired);
  return onePass('trusting', () => planVerifyCommitLightTrusting(chainId, validators, commit, options.trustLevel));
}

/** Whether two headers, the first not lower than the second, contradict each other: two blocks at one height, or a higher one that is not later. */
export function contradict(first: SignedHeader, second: SignedHeader): boolean {
  if (first.header.height === second.header.height) return !bytesEqual(first.commit.blockId.hash, second.commit.blockId.hash);
  return first.header.height > second.header.height && first.header.time <= second.header.time;
}

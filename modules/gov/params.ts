// Parameters of governance. Source: sdk:x/gov/types/v1/params.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { isAllGte } from '../../chain/core/coins.ts';
import { plainError, SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { type Duration, NANOS_PER_SECOND } from '../../chain/encoding/time.ts';
import type { Params } from '../../proto/gen/cosmos/gov/v1.ts';
import { formatGoDuration } from '../../proto/go-duration.ts';
import { amounts, areValid, textOf } from './coins.ts';
import { readDec } from './errors.ts';

const DAY = 86_400n * NANOS_PER_SECOND;

export function defaultParams(denom: string): Params {
  const dec = (n: bigint, places: number): string => Dec.format(Dec.withPrecision(n, places));
  return {
    minDeposit: [{ denom, amount: '10000000' }],
    maxDepositPeriod: 2n * DAY,
    votingPeriod: 2n * DAY,
    quorum: dec(334n, 3),
    threshold: dec(5n, 1),
    vetoThreshold: dec(334n, 3),
    minInitialDepositRatio: dec(0n, 0),
    proposalCancelRatio: dec(5n, 1),
    proposalCancelDest: '',
    expeditedVotingPeriod: DAY,
    expeditedThreshold: dec(667n, 3),
    expeditedMinDeposit: [{ denom, amount: '50000000' }],
    burnVoteQuorum: false,
    burnProposalDepositPrevote: false,
    burnVoteVeto: true,
    minDepositRatio: dec(1n, 2),
  };
}

/** In (0, 1]. */
function checkThreshold(text: string, parsed: string, name: string): Dec {
  const d = readDec(text, `invalid ${parsed} string: `);
  if (d <= 0n) throw plainError(`${name} must be positive: ${Dec.format(d)}`);
  if (d > Dec.one) throw plainError(`${name} too large: ${Dec.format(d)}`);
  return d;
}

/** In [0, 1]. */
function checkRatio(text: string, parsed: string, name: string): void {
  const d = readDec(text, `invalid ${parsed}: `);
  if (d < 0n) throw plainError(`${name} must be positive: ${Dec.format(d)}`);
  if (d > Dec.one) throw plainError(`${name} is too large: ${Dec.format(d)}`);
}

function checkPeriod(d: Duration | undefined, name: string): Duration {
  if (d === undefined) throw plainError(`${name} must not be nil: 0`);
  // Of the deposit period Go prints where it lies in memory, which nobody can repeat.
  if (d <= 0n) throw plainError(`${name} must be positive: ${formatGoDuration(d)}`);
  return d;
}

// Go compares seconds as float64, whole ones and the fraction added; both operations are exact in IEEE 754.
const seconds = (d: Duration): number => Number(d / NANOS_PER_SECOND) + Number(d % NANOS_PER_SECOND) / Number(NANOS_PER_SECOND);

/** Throws a plain error with the first thing that is wrong. `minDepositRatio` is looked at only when coins are deposited. */
export function validateParams(p: Params, addresses: AddressCodec): void {
  if (p.minDeposit.length === 0 || !areValid(p.minDeposit)) throw plainError(`invalid minimum deposit: ${textOf(p.minDeposit)}`);
  const expedited = p.expeditedMinDeposit;
  if (expedited.length === 0 || !areValid(expedited)) throw plainError(`invalid expedited minimum deposit: ${textOf(expedited)}`);
  if (isAllGte(amounts(p.minDeposit), amounts(expedited))) {
    throw plainError(`expedited minimum deposit must be greater than minimum deposit: ${textOf(expedited)}`);
  }
  checkPeriod(p.maxDepositPeriod, 'maximum deposit period');
  const quorum = readDec(p.quorum, 'invalid quorum string: ');
  if (quorum < 0n) throw plainError(`quorom cannot be negative: ${Dec.format(quorum)}`);
  if (quorum > Dec.one) throw plainError(`quorom too large: ${p.quorum}`);
  const threshold = checkThreshold(p.threshold, 'threshold', 'vote threshold');
  const higher = checkThreshold(p.expeditedThreshold, 'expedited threshold', 'expedited vote threshold');
  if (higher <= threshold) {
    throw plainError(`expedited vote threshold ${Dec.format(higher)}, must be greater than the regular threshold ${Dec.format(threshold)}`);
  }
  checkThreshold(p.vetoThreshold, 'vetoThreshold', 'veto threshold');
  const voting = checkPeriod(p.votingPeriod, 'voting period');
  const shorter = checkPeriod(p.expeditedVotingPeriod, 'expedited voting period');
  if (seconds(shorter) >= seconds(voting)) {
    throw plainError(`expedited voting period ${formatGoDuration(shorter)} must be strictly less that the regular voting period ${formatGoDuration(voting)}`);
  }
  checkRatio(p.minInitialDepositRatio, 'mininum initial deposit ratio of proposal', 'mininum initial deposit ratio of proposal');
  checkRatio(p.proposalCancelRatio, 'burn rate of cancel proposal', 'burn rate of cancel proposal');
  if (p.proposalCancelDest === '') return;
  try {
    addresses.toBytes(p.proposalCancelDest);
  } catch (e) {
    throw e instanceof SdkError ? plainError(`deposits destination address is invalid: ${p.proposalCancelDest}`) : e;
  }
}

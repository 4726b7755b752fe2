// The conditions of a step, each by itself; plan.ts puts them in CometBFT's order. Each gives undefined where it holds, else the verdict.
// Source: cmt:light/verifier.go verifyNewHeaderAndVals, VerifyAdjacent, HeaderExpired. Times are nanoseconds, never a Date.
import { bytesEqual, toHexUpper } from '../../chain/encoding/bytes.ts';
import type { Duration, Time } from '../../chain/encoding/time.ts';
import { TypesError } from '../../chain/types/errors.ts';
import type { Header } from '../../chain/types/header.ts';
import { type LightBlock, validateLightBlock } from '../../chain/types/light-block.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';
import { invalid, type Verdict } from './verdict.ts';

const seconds = (d: Duration): string => `${d / 1_000_000_000n} s`;

/** Of a trusted header, what a step needs. The consensus states of IBC keep no `validatorsHash`; theirs are the next validators alone. */
export type TrustedHeader = Pick<Header, 'chainId' | 'height' | 'time' | 'nextValidatorsHash'> & Partial<Pick<Header, 'validatorsHash'>>;

export function notExpired(trusted: Pick<TrustedHeader, 'height' | 'time'>, trustingPeriod: Duration, now: Time): Verdict | undefined {
  const until = trusted.time + trustingPeriod;
  return until > now ? undefined : invalid('expired', `the trusted header of height ${trusted.height} has expired ${seconds(now - until)} ago`);
}

/** Header, commit and validators are well-formed and belong together. */
export function wellFormed(next: LightBlock, chainId: string): Verdict | undefined {
  try {
    validateLightBlock(next, chainId);
    return undefined;
  } catch (e) {
    if (e instanceof TypesError) return invalid('invalid-header', e.message);
    throw e;
  }
}

export function higher(trusted: TrustedHeader, next: Header): Verdict | undefined {
  return next.height > trusted.height ? undefined : invalid('invalid-header', `height ${next.height} is not above the trusted height ${trusted.height}`);
}

export function later(trusted: TrustedHeader, next: Header): Verdict | undefined {
  if (next.time > trusted.time) return undefined;
  return invalid('invalid-header', `header time is ${seconds(trusted.time - next.time)} before the trusted header's`);
}

export function notFromFuture(next: Header, maxClockDrift: Duration, now: Time): Verdict | undefined {
  if (next.time < now + maxClockDrift) return undefined;
  return invalid('invalid-header', `header time is ${seconds(next.time - now)} ahead of the clock, of which ${seconds(maxClockDrift)} are allowed`);
}

/** The next header's validators are those that the trusted header names. */
export function continuesValidators(trusted: TrustedHeader, next: Header): Verdict | undefined {
  if (bytesEqual(next.validatorsHash, trusted.nextValidatorsHash)) return undefined;
  return invalid(
    'invalid-header',
    `the trusted header names the next validators ${toHexUpper(trusted.nextValidatorsHash)}, the header has ${toHexUpper(next.validatorsHash)}`,
  );
}

/** Whether a set is one that the trusted header vouches for: of its own height or of the next. */
export function isTrustedSet(trusted: TrustedHeader, validators: ValidatorList): boolean {
  const hash = validators.hash();
  const { validatorsHash } = trusted;
  return bytesEqual(hash, trusted.nextValidatorsHash) || (validatorsHash !== undefined && bytesEqual(hash, validatorsHash));
}

// What changes in a validator when tokens come and go, and the rules of commission and description. Pure: state is not looked at.
// Source: sdk:x/staking/types/validator.go, commission.go.
import { ErrInvalidRequest } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Int } from '../../chain/core/math/int.ts';
import { type Commission, type Description, STATUS, tokensFromShares, type Validator } from '../../chain/core/staking.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { NANOS_PER_SECOND, type Time } from '../../chain/encoding/time.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import {
  ErrCommissionChangeRateGTMaxRate,
  ErrCommissionChangeRateNegative,
  ErrCommissionGTMaxChangeRate,
  ErrCommissionGTMaxRate,
  ErrCommissionHuge,
  ErrCommissionNegative,
  ErrCommissionUpdateTime,
  ErrInsufficientShares,
} from './errors.ts';

const DAY = 86_400n * NANOS_PER_SECOND;
/** Keeps a part of the description as it is. */
export const DO_NOT_MODIFY = '[do-not-modify]';

/** An unbonded validator without tokens; times are the Unix epoch. */
export function newValidator(operatorAddress: string, consensusPubkey: Any, description: Description): Validator {
  return {
    operatorAddress,
    consensusPubkey,
    jailed: false,
    status: STATUS.unbonded,
    tokens: 0n,
    delegatorShares: Dec.zero,
    description,
    unbondingHeight: 0n,
    unbondingTime: 0n,
    commission: { rate: Dec.zero, maxRate: Dec.zero, maxChangeRate: Dec.zero, updateTime: 0n },
    minSelfDelegation: 1n,
    unbondingOnHoldRefCount: 0n,
    unbondingIds: [],
  };
}

/** Shares for an amount at the rate of now, truncated. Throws without tokens. */
export function sharesFromTokens(v: Validator, amount: Int): Dec {
  if (v.tokens === 0n) throw ErrInsufficientShares.error();
  return Dec.quoInt(Dec.mulInt(v.delegatorShares, amount), v.tokens);
}

export function sharesFromTokensTruncated(v: Validator, amount: Int): Dec {
  if (v.tokens === 0n) throw ErrInsufficientShares.error();
  return Dec.quoTruncate(Dec.mulInt(v.delegatorShares, amount), Dec.fromInt(v.tokens));
}

/** The first delegation sets the rate to one. */
export function addTokens(v: Validator, amount: Int): { readonly validator: Validator; readonly shares: Dec } {
  const shares = v.delegatorShares === 0n ? Dec.fromInt(amount) : panicking(() => sharesFromTokens(v, amount));
  return { validator: { ...v, tokens: Int.add(v.tokens, amount), delegatorShares: Dec.add(v.delegatorShares, shares) }, shares };
}

// Where the reference panics with an error of its own, the transaction ends as a panic, not with the error's code.
function panicking<T>(f: () => T): T {
  try {
    return f();
  } catch (e) {
    throw new Error(e instanceof Error ? e.message : String(e));
  }
}

export function removeTokens(v: Validator, tokens: Int): Validator {
  if (tokens < 0n) throw new Error(`should not happen: trying to remove negative tokens ${tokens}`);
  if (v.tokens < tokens) throw new Error(`should not happen: only have ${v.tokens} tokens, trying to remove ${tokens}`);
  return { ...v, tokens: v.tokens - tokens };
}

/** The last shares take what rounding has left; others leave their fraction in the validator. */
export function removeShares(v: Validator, shares: Dec): { readonly validator: Validator; readonly tokens: Int } {
  const left = Dec.sub(v.delegatorShares, shares);
  if (left === 0n) return { validator: { ...v, tokens: 0n, delegatorShares: left }, tokens: v.tokens };
  const tokens = Dec.truncateInt(tokensFromShares(v, shares));
  if (v.tokens < tokens) throw new Error('attempting to remove more tokens than available in validator');
  return { validator: { ...v, tokens: v.tokens - tokens, delegatorShares: left }, tokens };
}

/** Throws the registered error of the first rule that is broken. */
export function validateCommission(c: Pick<Commission, 'rate' | 'maxRate' | 'maxChangeRate'>): void {
  if (c.maxRate < 0n) throw ErrCommissionNegative.error();
  if (c.maxRate > Dec.one) throw ErrCommissionHuge.error();
  if (c.rate < 0n) throw ErrCommissionNegative.error();
  if (c.rate > c.maxRate) throw ErrCommissionGTMaxRate.error();
  if (c.maxChangeRate < 0n) throw ErrCommissionChangeRateNegative.error();
  if (c.maxChangeRate > c.maxRate) throw ErrCommissionChangeRateGTMaxRate.error();
}

/** Once in 24 hours, and up by at most the change rate. */
export function validateNewRate(c: Commission, rate: Dec, now: Time): void {
  if (now - c.updateTime < DAY) throw ErrCommissionUpdateTime.error();
  if (rate < 0n) throw ErrCommissionNegative.error();
  if (rate > c.maxRate) throw ErrCommissionGTMaxRate.error();
  if (Dec.sub(rate, c.rate) > c.maxChangeRate) throw ErrCommissionGTMaxChangeRate.error();
}

/** Lengths in bytes. */
const LENGTH_MAX = [
  ['moniker', 'moniker', 70],
  ['identity', 'identity', 3000],
  ['website', 'website', 140],
  ['securityContact', 'security contact', 140],
  ['details', 'details', 280],
] as const;

export function validateDescription(d: Description): void {
  for (const [part, name, max] of LENGTH_MAX) {
    const length = utf8(d[part]).length;
    if (length > max) throw ErrInvalidRequest.wrap(`invalid ${name} length; got: ${length}, max: ${max}`);
  }
}

export const isEmptyDescription = (d: Description): boolean => LENGTH_MAX.every(([part]) => d[part] === '');

/** `change`, with the old parts where it says so. Throws where one is too long. */
export function updateDescription(d: Description, change: Description): Description {
  const pick = (part: keyof Description): string => (change[part] === DO_NOT_MODIFY ? d[part] : change[part]);
  const next: Description = {
    moniker: pick('moniker'),
    identity: pick('identity'),
    website: pick('website'),
    securityContact: pick('securityContact'),
    details: pick('details'),
  };
  validateDescription(next);
  return next;
}

// The kinds of allowances: what they let pass, what is left of them after. Source: cosmossdk.io/x/feegrant v0.2.0 basic_fee.go,
// periodic_fee.go, filtered_fee.go. Values are read-only: accepting a fee gives a new allowance.
import { areCoinsZero, type Coin, coinsFromProto, coinsToProto, isAnyNegative, safeSubCoins } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import type { SdkError } from '../../chain/core/errors.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { AllowedMsgAllowance, BasicAllowance, PeriodicAllowance } from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { ErrFeeLimitExceeded, ErrFeeLimitExpired, ErrMessageNotAllowed, ErrNoAllowance } from './errors.ts';

/** For each allowed message and each message of the transaction. */
const GAS_PER_MESSAGE = 10;

export type Allowance =
  | { readonly kind: 'basic'; readonly value: BasicAllowance }
  | { readonly kind: 'periodic'; readonly value: PeriodicAllowance }
  | { readonly kind: 'filtered'; readonly value: AllowedMsgAllowance };

const BASIC_URL = `/${BasicAllowance.name}`;
const PERIODIC_URL = `/${PeriodicAllowance.name}`;
const FILTERED_URL = `/${AllowedMsgAllowance.name}`;

/** Throws ErrNoAllowance for another kind, WireError for undecodable bytes, and a panic where there is none, as the reference's nil pointer. */
export function openAllowance(any: Any | undefined): Allowance {
  if (any === undefined) throw new Error('invalid memory address or nil pointer dereference: no allowance');
  if (any.typeUrl === BASIC_URL) return { kind: 'basic', value: BasicAllowance.decode(any.value) };
  if (any.typeUrl === PERIODIC_URL) return { kind: 'periodic', value: PeriodicAllowance.decode(any.value) };
  if (any.typeUrl === FILTERED_URL) return { kind: 'filtered', value: AllowedMsgAllowance.decode(any.value) };
  throw ErrNoAllowance.wrap('failed to get allowance');
}

export function packAllowance(a: Allowance): Any {
  if (a.kind === 'basic') return { typeUrl: BASIC_URL, value: BasicAllowance.encode(a.value) };
  if (a.kind === 'periodic') return { typeUrl: PERIODIC_URL, value: PeriodicAllowance.encode(a.value) };
  return { typeUrl: FILTERED_URL, value: AllowedMsgAllowance.encode(a.value) };
}

/** undefined where it never ends. */
export function expiresAt(a: Allowance): Time | undefined {
  if (a.kind === 'basic') return a.value.expiration;
  if (a.kind === 'periodic') return a.value.basic.expiration;
  return expiresAt(openAllowance(a.value.allowance));
}

export interface Acceptance {
  /** The allowance is used up or over, whether or not this fee was paid. */
  readonly remove: boolean;
  /** Why the fee may not be paid. */
  readonly error?: SdkError;
  readonly next: Allowance;
}

function acceptBasic(ctx: Context, value: BasicAllowance, fee: readonly Coin[]): Acceptance {
  const same: Allowance = { kind: 'basic', value };
  if (value.expiration !== undefined && value.expiration < ctx.time) return { remove: true, error: ErrFeeLimitExpired.wrap('basic allowance'), next: same };
  if (value.spendLimit.length === 0) return { remove: false, next: same };
  const left = safeSubCoins(coinsFromProto(value.spendLimit), fee);
  if (isAnyNegative(left)) return { remove: false, error: ErrFeeLimitExceeded.wrap('basic allowance'), next: same };
  return { remove: areCoinsZero(left), next: { kind: 'basic', value: { ...value, spendLimit: coinsToProto(left) } } };
}

/** A new period fills what can be spent, but never beyond what is left altogether. */
function resetPeriod(now: Time, p: PeriodicAllowance): PeriodicAllowance {
  if (now < p.periodReset) return p;
  const { spendLimit } = p.basic;
  const short = isAnyNegative(safeSubCoins(coinsFromProto(spendLimit), coinsFromProto(p.periodSpendLimit)));
  // Periods follow each other without a gap, unless a whole one passed unused.
  const next = p.periodReset + p.period;
  return { ...p, periodCanSpend: short && spendLimit.length > 0 ? spendLimit : p.periodSpendLimit, periodReset: now > next ? now + p.period : next };
}

function acceptPeriodic(ctx: Context, value: PeriodicAllowance, fee: readonly Coin[]): Acceptance {
  const same: Allowance = { kind: 'periodic', value };
  const { expiration } = value.basic;
  if (expiration !== undefined && ctx.time > expiration) return { remove: true, error: ErrFeeLimitExpired.wrap('absolute limit'), next: same };
  const p = resetPeriod(ctx.time, value);
  const canSpend = safeSubCoins(coinsFromProto(p.periodCanSpend), fee);
  if (isAnyNegative(canSpend)) return { remove: false, error: ErrFeeLimitExceeded.wrap('period limit'), next: same };
  const spent = { ...p, periodCanSpend: coinsToProto(canSpend) };
  if (p.basic.spendLimit.length === 0) return { remove: false, next: { kind: 'periodic', value: spent } };
  const left = safeSubCoins(coinsFromProto(p.basic.spendLimit), fee);
  if (isAnyNegative(left)) return { remove: false, error: ErrFeeLimitExceeded.wrap('absolute limit'), next: same };
  return { remove: areCoinsZero(left), next: { kind: 'periodic', value: { ...spent, basic: { ...p.basic, spendLimit: coinsToProto(left) } } } };
}

function acceptFiltered(ctx: Context, value: AllowedMsgAllowance, fee: readonly Coin[], typeUrls: readonly string[]): Acceptance {
  const same: Allowance = { kind: 'filtered', value };
  const charge = (): void => ctx.gasMeter.consume(GAS_PER_MESSAGE, 'check msg');
  for (const _ of value.allowedMessages) charge();
  const allowed = new Set(value.allowedMessages);
  for (const url of typeUrls) {
    charge();
    if (!allowed.has(url)) return { remove: false, error: ErrMessageNotAllowed.wrap('message does not exist in allowed messages'), next: same };
  }
  const inner = acceptFee(ctx, openAllowance(value.allowance), fee, typeUrls);
  if (inner.error !== undefined || inner.remove) return { ...inner, next: same };
  return { remove: false, next: { kind: 'filtered', value: { ...value, allowance: packAllowance(inner.next) } } };
}

/** What becomes of the allowance when a transaction of these messages pays this fee by it. Charges gas where the kind does. */
export function acceptFee(ctx: Context, a: Allowance, fee: readonly Coin[], typeUrls: readonly string[]): Acceptance {
  if (a.kind === 'basic') return acceptBasic(ctx, a.value, fee);
  if (a.kind === 'periodic') return acceptPeriodic(ctx, a.value, fee);
  return acceptFiltered(ctx, a.value, fee, typeUrls);
}

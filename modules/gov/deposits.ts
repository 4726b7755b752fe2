// Deposits: what is paid in, given back, burnt. Source: sdk:x/gov/keeper/deposit.go. Order of reads and writes as there.

import { addCoins, areCoinsZero, type Coin, coinsToProto, isAllGte, newCoins, type ProtoCoin } from '../../chain/core/coins.ts';
import { prefixRange } from '../../chain/core/collections/state-map.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidCoins } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { Dec, DecParseError } from '../../chain/core/math/dec.ts';
import type { Deposit, Params } from '../../proto/gen/cosmos/gov/v1.ts';
import { amounts, areValid, textOf } from './coins.ts';
import { ErrInactiveProposal, ErrInvalidDepositDenom, ErrMinDepositTooSmall, readDec } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { MODULE_NAME, proposalAddressKey } from './keys.ts';
import { activateVotingPeriod, setProposal } from './proposals.ts';
import { minDepositOf, STATUS } from './types.ts';

const DISTRIBUTION = 'distribution';

type Entry = readonly [readonly [bigint, Uint8Array], Deposit];

/** Read to the end before anything is written. */
function depositsOf(k: GovKeeper, ctx: Context, id: bigint): Entry[] {
  return [...k.deposits.walk(ctx, prefixRange(proposalAddressKey.prefix(id)))];
}

/** Only denominations that the minimum names. */
export function assertDepositDenoms(params: Params, deposit: readonly ProtoCoin[]): void {
  const accepted = params.minDeposit.map((c) => c.denom);
  for (const c of deposit) {
    if (accepted.includes(c.denom)) continue;
    throw ErrInvalidDepositDenom.wrap(`deposited ${textOf(deposit)}, but gov accepts only the following denom(s): [${accepted.join(' ')}]`);
  }
}

/** What a proposal is submitted with. */
export function assertInitialDeposit(params: Params, deposit: readonly ProtoCoin[], expedited: boolean): void {
  if (!areValid(deposit)) throw ErrInvalidCoins.wrap(textOf(deposit));
  const ratio = readDec(params.minInitialDepositRatio);
  if (ratio === 0n) return;
  const minimum = amounts(expedited ? params.expeditedMinDeposit : params.minDeposit);
  const needed = minimum.map((c) => ({ denom: c.denom, amount: Dec.roundInt(Dec.mul(Dec.fromInt(c.amount), ratio)) }));
  // Like the reference, a list that is not empty holds at least something of every denomination, even of those that need nothing.
  if (needed.length > 0 && (deposit.length === 0 || !isAllGte(amounts(deposit), needed))) {
    throw ErrMinDepositTooSmall.wrap(`was (${textOf(deposit)}), need (${textOf(coinsToProto(needed))})`);
  }
}

/** A single deposit is not too small in at least one denomination. */
function assertDepositSize(minimum: readonly Coin[], deposit: readonly ProtoCoin[], ratio: Dec): void {
  if (ratio === 0n) return;
  const thresholds = minimum.map((c) => ({ denom: c.denom, amount: Dec.truncateInt(Dec.mul(Dec.fromInt(c.amount), ratio)) }));
  const paid = amounts(deposit);
  if (thresholds.some((t) => paid.some((c) => c.denom === t.denom && c.amount >= t.amount))) return;
  const texts = thresholds.map((t) => `${t.amount}${t.denom}`).join(',');
  throw ErrMinDepositTooSmall.wrap(`received ${textOf(deposit)} but need at least one of the following: ${texts}`);
}

/** Gives whether the vote begins with it. */
export function addDeposit(k: GovKeeper, ctx: Context, id: bigint, depositor: Uint8Array, amount: readonly ProtoCoin[]): boolean {
  const before = k.proposal(ctx, id);
  if (before.status !== STATUS.depositPeriod && before.status !== STATUS.votingPeriod) throw ErrInactiveProposal.wrap(id.toString());
  const params = k.getParams(ctx);
  const minimum = amounts(minDepositOf(before, params));
  const ratio = readDec(params.minDepositRatio);
  assertDepositDenoms(params, amount);
  assertDepositSize(minimum, amount, ratio);
  const paid = amounts(amount);
  k.bank.sendFromAccountToModule(ctx, depositor, MODULE_NAME, paid);
  const total = addCoins(newCoins(amounts(before.totalDeposit)), paid);
  const proposal = { ...before, totalDeposit: coinsToProto(total) };
  setProposal(k, ctx, proposal);
  const starts = proposal.status === STATUS.depositPeriod && isAllGte(total, minimum);
  if (starts) activateVotingPeriod(k, ctx, proposal);
  const known = k.deposits.get(ctx, [id, depositor]);
  const text = k.addresses.toString(depositor);
  const deposit: Deposit =
    known === undefined ? { proposalId: id, depositor: text, amount } : { ...known, amount: coinsToProto(addCoins(newCoins(amounts(known.amount)), paid)) };
  ctx.events.emit(event('proposal_deposit', 'depositor', text, 'amount', textOf(amount), 'proposal_id', id.toString()));
  k.deposits.set(ctx, [id, depositor], deposit);
  return starts;
}

export function burnDeposits(k: GovKeeper, ctx: Context, id: bigint): void {
  let sum: readonly Coin[] = [];
  for (const [key, d] of depositsOf(k, ctx, id)) {
    sum = addCoins(sum, amounts(d.amount));
    k.deposits.remove(ctx, key);
  }
  k.bank.burn(ctx, MODULE_NAME, sum);
}

export function refundDeposits(k: GovKeeper, ctx: Context, id: bigint): void {
  for (const [key, d] of depositsOf(k, ctx, id)) {
    k.bank.sendFromModuleToAccount(ctx, MODULE_NAME, key[1], amounts(d.amount));
    k.deposits.remove(ctx, key);
  }
}

/** A ratio that the parameters were checked for; panics where it is none. */
function cancelRatio(text: string): Dec {
  try {
    return Dec.parse(text);
  } catch (e) {
    throw e instanceof DecParseError ? new Error(e.message) : e;
  }
}

/** Gives back the rest of each deposit; what is kept is burnt, or goes to an address, or to the community. */
export function chargeDeposits(k: GovKeeper, ctx: Context, id: bigint, destination: string, ratioText: string): void {
  const ratio = cancelRatio(ratioText);
  let charges: readonly Coin[] = [];
  for (const [, d] of depositsOf(k, ctx, id)) {
    const depositor = k.addresses.toBytes(d.depositor);
    let rest: readonly Coin[] = [];
    for (const { denom, amount } of amounts(d.amount)) {
      const kept = Dec.truncateInt(Dec.mul(Dec.fromInt(amount), ratio));
      rest = addCoins(rest, [{ denom, amount: amount - kept }]);
      charges = addCoins(charges, [{ denom, amount: kept }]);
    }
    if (!areCoinsZero(rest)) k.bank.sendFromModuleToAccount(ctx, MODULE_NAME, depositor, rest);
    k.deposits.remove(ctx, [d.proposalId, depositor]);
  }
  if (areCoinsZero(charges)) return;
  const distribution = k.accounts.moduleAddress(DISTRIBUTION);
  if (destination === '') k.bank.burn(ctx, MODULE_NAME, charges);
  else if (distribution !== undefined && k.addresses.toString(distribution) === destination) {
    k.distribution.fundCommunityPool(ctx, charges, k.accounts.moduleAddress(MODULE_NAME) as Uint8Array);
  } else k.bank.sendFromModuleToAccount(ctx, MODULE_NAME, k.addresses.toBytes(destination), charges);
}

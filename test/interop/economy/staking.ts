// Random messages of staking and slashing, right ones and wrong ones.
import { Dec } from '../../../chain/core/math/dec.ts';
import { type Delegation, isBonded, tokensFromShares, type Validator } from '../../../chain/core/staking.ts';
import { PubKey as Ed25519Key } from '../../../proto/gen/cosmos/crypto/ed25519.ts';
import { MsgUnjail, MsgUpdateParams as MsgUpdateSlashing } from '../../../proto/gen/cosmos/slashing/v1beta1.ts';
import {
  MsgBeginRedelegate,
  MsgCancelUnbondingDelegation,
  MsgCreateValidator,
  MsgDelegate,
  MsgEditValidator,
  MsgUndelegate,
  MsgUpdateParams,
} from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import { any, type Maker, type Planned, type World } from './world.ts';

const dec = (w: World, from: number, to: number): string => Dec.toWire(Dec.withPrecision(BigInt(w.random.between(from, to)), 3));
const validators = (w: World): Validator[] => [...w.app.keepers.staking.allValidators(w.state())];

/** An operator that is there, mostly. */
function operator(w: World): string {
  const list = validators(w);
  const text =
    w.random.chance(0.05) || list.length === 0
      ? w.app.addresses.validators.toString(w.app.addresses.toBytes(w.account().address))
      : w.random.pick(list).operatorAddress;
  return w.random.chance(0.01) ? text.slice(1) : text;
}

function delegation(w: World): Delegation | undefined {
  const all = [...w.app.keepers.staking.delegations.walk(w.state())].map(([, d]) => d).filter((d) => w.accountOf(d.delegatorAddress) !== undefined);
  return all.length === 0 ? undefined : w.random.pick(all);
}

const bondAmount = (w: World, most?: number): ReturnType<World['coin']> => w.coin(w.amount(most), w.random.chance(0.02) ? 'other' : w.chain.denom);

const create: Maker = (w) => {
  const from = w.account();
  const r = w.random;
  const key = Uint8Array.from({ length: r.chance(0.02) ? 31 : 32 }, () => r.between(0, 256));
  const existing = validators(w).flatMap((v) => (v.consensusPubkey === undefined ? [] : [v.consensusPubkey]));
  const pubkey = r.chance(0.05) && existing.length > 0 ? r.pick(existing) : any(Ed25519Key, { key });
  const text = (n: number): string => 'd'.repeat(r.chance(0.02) ? n + 1 : r.between(0, 8));
  const commission = r.chance(0.02)
    ? { rate: '', maxRate: '', maxChangeRate: '' }
    : { rate: dec(w, 30, 210), maxRate: dec(w, r.chance(0.05) ? -5 : 150, r.chance(0.05) ? 1200 : 500), maxChangeRate: dec(w, 1, 160) };
  const value = MsgCreateValidator.from({
    description: { moniker: text(70), identity: text(3000), website: text(140), securityContact: text(140), details: text(280) },
    commission,
    minSelfDelegation: r.chance(0.03) ? '0' : r.chance(0.02) ? '' : r.between(1, 2_000_000).toString(),
    validatorAddress: w.app.addresses.validators.toString(w.app.addresses.toBytes(from.address)),
    pubkey: r.chance(0.02) ? undefined : pubkey,
    value: bondAmount(w, 30_000_000),
  });
  return { name: 'create validator', from, messages: [any(MsgCreateValidator, value)] };
};

/** An operator of ours. */
function owned(w: World): { readonly v: Validator; readonly from: Planned['from'] } | undefined {
  const list = validators(w).flatMap((v) => {
    const from = w.accountOf(w.app.addresses.toString(w.app.addresses.validators.toBytes(v.operatorAddress)));
    return from === undefined ? [] : [{ v, from }];
  });
  return list.length === 0 ? undefined : w.random.pick(list);
}

const edit: Maker = (w) => {
  const own = owned(w);
  if (own === undefined) return undefined;
  const r = w.random;
  const part = (): string => (r.chance(0.5) ? '[do-not-modify]' : 'x'.repeat(r.between(0, 75)));
  const description = r.chance(0.05)
    ? { moniker: '', identity: '', website: '', securityContact: '', details: '' }
    : { moniker: part(), identity: part(), website: part(), securityContact: part(), details: part() };
  const value = MsgEditValidator.from({
    description,
    validatorAddress: own.v.operatorAddress,
    commissionRate: r.chance(0.6) ? undefined : dec(w, r.chance(0.1) ? -3 : 10, r.chance(0.1) ? 1100 : 300),
    minSelfDelegation: r.chance(0.7) ? undefined : r.between(r.chance(0.1) ? -1 : 1, 3_000_000).toString(),
  });
  return { name: 'edit validator', from: own.from, messages: [any(MsgEditValidator, value)] };
};

const delegate: Maker = (w) => {
  const from = w.account();
  const value = { delegatorAddress: from.address, validatorAddress: operator(w), amount: bondAmount(w) };
  return { name: 'delegate', from, messages: [any(MsgDelegate, value)] };
};

/** A part of a delegation, sometimes all or too much of it. */
function part(w: World, d: Delegation): ReturnType<World['coin']> {
  const whole = Dec.truncateInt(d.shares);
  if (w.random.chance(0.2)) return w.coin(whole);
  if (w.random.chance(0.05)) return w.coin(whole + 5n);
  return w.random.chance(0.1) ? bondAmount(w) : w.coin(1n + (whole * BigInt(w.random.between(0, 90))) / 100n);
}

const undelegate: Maker = (w) => {
  const d = delegation(w);
  const from = d && w.accountOf(d.delegatorAddress);
  if (d === undefined || from === undefined) return undefined;
  const validatorAddress = w.random.chance(0.05) ? operator(w) : d.validatorAddress;
  return { name: 'undelegate', from, messages: [any(MsgUndelegate, { delegatorAddress: from.address, validatorAddress, amount: part(w, d) })] };
};

/** The last ones leave a validator that few stand behind, so that now and then one goes. */
const leave: Maker = (w) => {
  const all = [...w.app.keepers.staking.delegations.walk(w.state())].map(([, d]) => d);
  const few = validators(w)
    .map((v) => ({ v, list: all.filter((d) => d.validatorAddress === v.operatorAddress) }))
    .filter(({ list }) => list.length > 0 && list.every((d) => w.accountOf(d.delegatorAddress) !== undefined))
    .sort((a, b) => a.list.length - b.list.length)[0];
  // A chain without validators is at its end.
  if (few === undefined || validators(w).filter((v) => isBonded(v) && !v.jailed).length < 4) return undefined;
  const d = w.random.pick(few.list);
  const from = w.accountOf(d.delegatorAddress);
  const amount = w.coin(Dec.truncateInt(tokensFromShares(few.v, d.shares)));
  return from && { name: 'leave', from, messages: [any(MsgUndelegate, { delegatorAddress: from.address, validatorAddress: d.validatorAddress, amount })] };
};

const redelegate: Maker = (w) => {
  const d = delegation(w);
  const from = d && w.accountOf(d.delegatorAddress);
  if (d === undefined || from === undefined) return undefined;
  const value = { delegatorAddress: from.address, validatorSrcAddress: d.validatorAddress, validatorDstAddress: operator(w), amount: part(w, d) };
  return { name: 'redelegate', from, messages: [any(MsgBeginRedelegate, value)] };
};

const cancel: Maker = (w) => {
  const all = [...w.app.keepers.staking.unbondings.walk(w.state())].map(([, u]) => u).filter((u) => w.accountOf(u.delegatorAddress) !== undefined);
  if (all.length === 0) return undefined;
  const u = w.random.pick(all);
  const e = w.random.pick(u.entries);
  const amount = w.random.chance(0.3) ? e.balance : w.random.chance(0.1) ? e.balance + 1n : 1n + e.balance / BigInt(w.random.between(2, 9));
  const value = {
    delegatorAddress: u.delegatorAddress,
    validatorAddress: w.random.chance(0.05) ? operator(w) : u.validatorAddress,
    amount: w.coin(amount),
    creationHeight: w.random.chance(0.05) ? BigInt(w.random.between(-1, 50)) : e.creationHeight,
  };
  const from = w.accountOf(u.delegatorAddress);
  return from && { name: 'cancel unbonding', from, messages: [any(MsgCancelUnbondingDelegation, value)] };
};

const unjail: Maker = (w) => {
  const jailed = validators(w).filter((v) => v.jailed);
  const own = owned(w);
  const v = jailed.length > 0 && w.random.chance(0.9) ? w.random.pick(jailed) : own?.v;
  const from = v && w.accountOf(w.app.addresses.toString(w.app.addresses.validators.toBytes(v.operatorAddress)));
  if (v === undefined || from === undefined) return undefined;
  return { name: 'unjail', from, messages: [any(MsgUnjail, { validatorAddr: v.operatorAddress })] };
};

const updateParams: Maker = (w) => {
  const from = w.account();
  const ctx = w.state();
  const staking = any(MsgUpdateParams, { authority: from.address, params: w.app.keepers.staking.getParams(ctx) });
  const slashing = any(MsgUpdateSlashing, { authority: from.address, params: w.app.keepers.slashing.getParams(ctx) });
  return { name: 'update params', from, messages: [w.random.chance(0.5) ? staking : slashing] };
};

/** More than one message in a transaction: all or none. */
const several: Maker = (w) => {
  const from = w.account();
  const one = (): Planned['messages'][number] =>
    any(MsgDelegate, { delegatorAddress: from.address, validatorAddress: operator(w), amount: w.coin(w.amount(5_000_000)) });
  return { name: 'several delegations', from, messages: [one(), one(), one()] };
};

/** Gas that may not be enough: what was used up to then must be equal too. */
const short: Maker = (w) => {
  const p = w.random.pick([delegate, undelegate, redelegate])(w);
  return p && { ...p, name: `${p.name} with little gas`, options: { gas: BigInt(w.random.between(50_000, 180_000)) } };
};

export const STAKING: readonly (readonly [number, Maker])[] = [
  [4, create],
  [3, edit],
  [10, delegate],
  [7, undelegate],
  [4, leave],
  [6, redelegate],
  [4, cancel],
  [3, unjail],
  [1, updateParams],
  [2, several],
  [2, short],
];

// Random messages of feegrant, right ones and wrong ones, and transactions that others pay for.
import type { Time } from '../../../chain/encoding/time.ts';
import { MsgMultiSend, MsgSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import {
  AllowedMsgAllowance,
  BasicAllowance,
  MsgGrantAllowance,
  MsgPruneAllowances,
  MsgRevokeAllowance,
  PeriodicAllowance,
} from '../../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { MsgDelegate } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import type { Any } from '../traffic/signer.ts';
import { any, type Maker, type Planned, SECOND_DENOM, type World } from './world.ts';

type Coins = readonly { readonly denom: string; readonly amount: string }[];
const SECOND = 1_000_000_000n;

/** One or both denoms, sometimes none, in disorder, negative, or without an amount. */
export function limit(w: World, most = 60_000): Coins {
  const r = w.random;
  if (r.chance(0.02)) return [{ denom: w.chain.denom, amount: '' }];
  const list = [w.coin(w.amount(most), SECOND_DENOM), w.coin(w.amount(most))];
  if (r.chance(0.03)) return list.reverse();
  if (r.chance(0.02)) return [w.coin(5n, '2x')];
  return r.chance(0.6) ? list : [r.pick(list)];
}

/** Soon, later, never, or in the past. */
export function expiration(w: World): Time | undefined {
  const r = w.random;
  if (r.chance(0.25)) return undefined;
  if (r.chance(0.05)) return w.time - BigInt(r.between(0, 100)) * SECOND;
  if (r.chance(0.02)) return -5n * SECOND;
  if (r.chance(0.03)) return w.time;
  return w.time + BigInt(r.between(1, r.chance(0.7) ? 120 : 4000)) * SECOND + BigInt(r.between(0, 1_000_000_000));
}

/** Somebody else, mostly; or oneself, nobody yet, a module, no address. */
export function grantee(w: World, from: string): string {
  const r = w.random;
  if (r.chance(0.02)) return from;
  if (r.chance(0.01)) return from.toUpperCase();
  if (r.chance(0.02)) return r.pick(['nobody', '']);
  if (r.chance(0.05)) return w.app.addresses.toString(w.app.keepers.accounts.moduleAddress('gov') as Uint8Array);
  if (r.chance(0.03)) return w.app.addresses.toString(w.app.keepers.accounts.moduleAddress('distribution') as Uint8Array);
  if (r.chance(0.04)) return w.app.addresses.toString(Uint8Array.from({ length: r.chance(0.5) ? 20 : 32 }, () => r.between(0, 256)));
  return w.account().address;
}

function basic(w: World): BasicAllowance {
  return { spendLimit: w.random.chance(0.2) ? [] : limit(w), expiration: expiration(w) };
}

function periodic(w: World): PeriodicAllowance {
  const r = w.random;
  const periodSpendLimit = limit(w, 9000);
  return {
    basic: basic(w),
    period: BigInt(r.between(r.chance(0.05) ? -5 : 1, 90)) * SECOND,
    periodSpendLimit,
    periodCanSpend: r.chance(0.3) ? [] : r.chance(0.2) ? limit(w) : periodSpendLimit,
    periodReset: r.chance(0.2) ? -62_135_596_800n * SECOND : w.time + BigInt(r.between(-50, 100)) * SECOND,
  };
}

const TYPES: readonly string[] = [`/${MsgSend.name}`, `/${MsgDelegate.name}`, `/${MsgMultiSend.name}`, '/nothing'];

function allowance(w: World, depth = 0): Any {
  const r = w.random;
  if (depth < 3 && r.chance(0.35)) {
    const allowedMessages = r.chance(0.04) ? [] : TYPES.filter(() => r.chance(0.7));
    const inner = r.chance(0.02) ? undefined : allowance(w, depth + 1);
    return any(AllowedMsgAllowance, { allowance: inner, allowedMessages });
  }
  if (r.chance(0.02)) return any(MsgSend, MsgSend.zero());
  // A coin whose amount was left out.
  if (r.chance(0.02)) return { typeUrl: `/${BasicAllowance.name}`, value: Buffer.from('0a070a057374616b65', 'hex') };
  return r.chance(0.5) ? any(BasicAllowance, basic(w)) : any(PeriodicAllowance, periodic(w));
}

const grant: Maker = (w) => {
  const from = w.account();
  const value = { granter: from.address, grantee: grantee(w, from.address), allowance: w.random.chance(0.01) ? undefined : allowance(w) };
  return { name: 'grant allowance', from, messages: [any(MsgGrantAllowance, value)] };
};

const grants = (w: World): { readonly granter: string; readonly grantee: string }[] => [...w.app.keepers.feegrant.grants.walk(w.state())].map(([, g]) => g);

const revoke: Maker = (w) => {
  const list = grants(w).filter((g) => w.accountOf(g.granter) !== undefined);
  const g = list.length === 0 || w.random.chance(0.1) ? undefined : w.random.pick(list);
  const from = (g && w.accountOf(g.granter)) ?? w.account();
  return { name: 'revoke allowance', from, messages: [any(MsgRevokeAllowance, { granter: from.address, grantee: g?.grantee ?? grantee(w, from.address) })] };
};

const prune: Maker = (w) => {
  const from = w.account();
  return { name: 'prune allowances', from, messages: [any(MsgPruneAllowances, { pruner: from.address })] };
};

function paid(w: World, from: string): readonly Any[] {
  const r = w.random;
  const send = (): Any => any(MsgSend, { fromAddress: from, toAddress: w.account().address, amount: [w.coin(BigInt(r.between(1, 9000)))] });
  const [v] = [...w.app.keepers.staking.allValidators(w.state())];
  if (v !== undefined && r.chance(0.3))
    return [any(MsgDelegate, { delegatorAddress: from, validatorAddress: v.operatorAddress, amount: w.coin(BigInt(r.between(1, 9000))) })];
  return r.chance(0.2) ? [send(), send()] : [send()];
}

const payByAnother: Maker = (w) => {
  const r = w.random;
  const list = grants(w).filter((g) => w.accountOf(g.grantee) !== undefined);
  const g = list.length === 0 || r.chance(0.08) ? undefined : r.pick(list);
  const from = (g && w.accountOf(g.grantee)) ?? w.account();
  const feeGranter = r.chance(0.02)
    ? 'nobody'
    : r.chance(0.02)
      ? from.address
      : (g?.granter ?? (r.chance(0.1) ? w.app.addresses.toString(new Uint8Array(20).fill(9)) : w.account().address));
  const fee = r.chance(0.05) ? 0n : BigInt(r.between(1, r.chance(0.2) ? 100_000 : 4000));
  const options: Planned['options'] = { fee, feeDenom: r.chance(0.3) ? SECOND_DENOM : w.chain.denom, feeGranter };
  const gas = r.chance(0.1) ? { gas: BigInt(r.between(40_000, 110_000)) } : {};
  return { name: 'paid by another', from, messages: paid(w, from.address), options: { ...options, ...gas } };
};

/** What governance may do here too: its proposals hold these. It pays for nothing, since deposits lie with its coins. */
export function feegrantContent(w: World, authority: string): Any {
  if (w.random.chance(0.3)) return any(MsgRevokeAllowance, { granter: authority, grantee: w.account().address });
  const nothing = any(AllowedMsgAllowance, { allowance: allowance(w), allowedMessages: ['/nothing'] });
  return any(MsgGrantAllowance, { granter: authority, grantee: grantee(w, authority), allowance: nothing });
}

export const FEEGRANT: readonly (readonly [number, Maker])[] = [
  [7, grant],
  [2, revoke],
  [1, prune],
  [12, payByAnother],
];

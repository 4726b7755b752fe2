// Genesis of bank: balances and the supply they add up to. Source: sdk:x/bank/types/genesis.go, keeper/genesis.go.

import { addressKey } from '../../chain/core/address.ts';
import { addCoins, areCoinsValid, type Coin, coinsEqual, coinsError, coinsFromProto, coinsToProto, coinsToString, denomError } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import { MathPanic } from '../../chain/core/math/int.ts';
import type { Json } from '../../chain/core/module.ts';
import { compareBytes } from '../../chain/encoding/bytes.ts';
import { type Balance, GenesisState, type SendEnabled } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import type { BankKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import type { SupplyKeeper } from './supply.ts';
import { DEFAULT_PARAMS, metadataError } from './types.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { params: DEFAULT_PARAMS, balances: [], supply: [], denomMetadata: [], sendEnabled: [] });
}

const fail = (why: string): never => {
  throw new GenesisError(MODULE_NAME, why);
};

// Errors of input become the module's genesis error; anything else is a bug and passes.
function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof SdkError || e instanceof MathPanic) return fail(e.message);
    throw e;
  }
}

/** Old entries in the parameters count where the list itself says nothing of the denom. */
function allSendEnabled(state: GenesisState): readonly SendEnabled[] {
  const known = new Set(state.sendEnabled.map((e) => e.denom));
  return [...state.sendEnabled, ...state.params.sendEnabled.filter((e) => !known.has(e.denom))];
}

function checkSendEnabled(state: GenesisState): void {
  if (state.params.sendEnabled.length > 0 && state.sendEnabled.length > 0) {
    fail('send_enabled defined in both the send_enabled field and in params (deprecated)');
  }
  if (state.params.sendEnabled.length > 0) fail('use of send_enabled in params is no longer supported');
  const seen = new Set<string>();
  for (const e of allSendEnabled(state)) {
    if (seen.has(e.denom)) fail(`duplicate send enabled found: '${e.denom}'`);
    const why = denomError(e.denom);
    if (why !== undefined) fail(why);
    seen.add(e.denom);
  }
}

function totalOf(k: BankKeeper, balances: readonly Balance[]): readonly Coin[] {
  const seen = new Set<string>();
  let total: readonly Coin[] = [];
  for (const b of balances) {
    if (seen.has(b.address)) fail(`duplicate balance for address ${b.address}`);
    seen.add(b.address);
    inGenesis(() => k.addresses.toBytes(b.address));
    const coins = inGenesis(() => coinsFromProto(b.coins));
    const why = coinsError(coins);
    if (why !== undefined) fail(why);
    total = inGenesis(() => addCoins(total, coins));
  }
  return total;
}

export function validateGenesis(k: BankKeeper, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  checkSendEnabled(state);
  const total = totalOf(k, state.balances);
  const seen = new Set<string>();
  for (const m of state.denomMetadata) {
    if (seen.has(m.base)) fail(`duplicate client metadata for denom ${m.base}`);
    const why = metadataError(m);
    if (why !== undefined) fail(why);
    seen.add(m.base);
  }
  checkSupply(state, total);
}

function checkSupply(state: GenesisState, total: readonly Coin[]): void {
  if (state.supply.length === 0) return;
  const supply = inGenesis(() => coinsFromProto(state.supply));
  const why = areCoinsValid(supply) ? undefined : coinsError(supply);
  if (why !== undefined) fail(why);
  if (!coinsEqual(supply, total)) fail(`genesis supply is incorrect, expected ${coinsToString(supply)}, got ${coinsToString(total)}`);
}

export function initGenesis(k: BankKeeper, supply: SupplyKeeper, ctx: Context, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  k.setParams(ctx, state.params);
  for (const e of allSendEnabled(state)) k.sendEnabled.set(ctx, e.denom, e.enabled);
  const balances = state.balances.map((b) => ({ address: inGenesis(() => k.addresses.toBytes(b.address)), coins: inGenesis(() => coinsFromProto(b.coins)) }));
  balances.sort((a, b) => compareBytes(a.address, b.address));
  const total = new Map<string, bigint>();
  for (const b of balances) {
    for (const c of b.coins) {
      k.balances.set(ctx, [b.address, c.denom], c.amount);
      total.set(c.denom, (total.get(c.denom) ?? 0n) + c.amount);
    }
  }
  const sum = [...total].map(([denom, amount]) => ({ denom, amount })).sort((a, b) => (a.denom < b.denom ? -1 : 1));
  checkSupply(state, sum);
  for (const c of sum) supply.setSupply(ctx, c.denom, c.amount);
  for (const m of state.denomMetadata) k.denomMetadata.set(ctx, m.base, m);
}

export function exportGenesis(k: BankKeeper, ctx: Context): Json {
  const balances = new Map<string, { readonly address: string; readonly coins: Coin[] }>();
  for (const [[address, denom], amount] of k.balances.walk(ctx)) {
    const key = addressKey(address);
    const b = balances.get(key) ?? { address: k.addresses.toString(address), coins: [] };
    b.coins.push({ denom, amount });
    balances.set(key, b);
  }
  return writeGenesis(GenesisState, {
    params: { ...k.getParams(ctx), sendEnabled: [] },
    balances: [...balances.values()].map((b) => ({ address: b.address, coins: coinsToProto(b.coins) })),
    supply: [...k.supply.walk(ctx)].map(([denom, amount]) => ({ denom, amount: amount.toString() })),
    denomMetadata: [...k.denomMetadata.walk(ctx)].map(([, m]) => m),
    sendEnabled: k.allSendEnabled(ctx),
  });
}

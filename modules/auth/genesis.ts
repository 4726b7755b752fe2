// Genesis of auth: parameters and accounts. Source: sdk:x/auth/types/genesis.go, keeper/genesis.go.

import { addressKey } from '../../chain/core/address.ts';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { accountKeyFromAny, keyAddress } from '../../chain/core/public-key.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { GenesisState } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import type { AccountKeeper } from './keeper.ts';
import { FEE_COLLECTOR_NAME, MODULE_NAME } from './keys.ts';
import { DEFAULT_PARAMS, validateParams } from './params.ts';
import { type Account, accountFromAny, accountToAny, withBase } from './types.ts';
import { vestingError } from './vesting/validate.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { params: DEFAULT_PARAMS, accounts: [] });
}

// Errors of input become the module's genesis error; anything else is a bug and passes.
function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof SdkError || e instanceof WireError || e instanceof RangeError) throw new GenesisError(MODULE_NAME, e.message);
    throw e;
  }
}

function accountError(k: AccountKeeper, a: Account): string | undefined {
  const address = k.addresses.toBytes(a.base.address);
  if (a.base.pubKey !== undefined && !bytesEqual(keyAddress(accountKeyFromAny(a.base.pubKey)), address)) {
    return 'account address and pubkey address do not match';
  }
  if (a.module !== undefined) {
    if (a.module.name.trim() === '') return 'module account name cannot be blank';
    if (!bytesEqual(moduleAddress(a.module.name), address)) return `address ${a.base.address} cannot be derived from the module name '${a.module.name}'`;
  }
  return a.vesting === undefined ? undefined : vestingError(a.vesting);
}

export function validateGenesis(k: AccountKeeper, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  inGenesis(() => validateParams(state.params));
  const seen = new Set<string>();
  for (const a of inGenesis(() => state.accounts.map(accountFromAny))) {
    const key = inGenesis(() => addressKey(k.addresses.toBytes(a.base.address)));
    if (seen.has(key)) throw new GenesisError(MODULE_NAME, `duplicate account found in genesis state; address: ${a.base.address}`);
    seen.add(key);
    const why = inGenesis(() => accountError(k, a));
    if (why !== undefined) throw new GenesisError(MODULE_NAME, `invalid account found in genesis state; address: ${a.base.address}, error: ${why}`);
  }
}

/** Accounts with a number that is taken get the lowest free ones, in order of the number they wanted; then all are sorted by number. */
export function sanitizeAccounts(accounts: readonly Account[]): Account[] {
  const taken = new Set<bigint>();
  const duplicates = new Map<bigint, number[]>();
  for (const [i, a] of accounts.entries()) {
    const n = a.base.accountNumber;
    if (!taken.has(n)) taken.add(n);
    else duplicates.set(n, [...(duplicates.get(n) ?? []), i]);
  }
  const out = [...accounts];
  let free = 0n;
  for (const n of [...duplicates.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    for (const i of duplicates.get(n) ?? []) {
      while (taken.has(free)) free += 1n;
      out[i] = withBase(out[i] as Account, { accountNumber: free });
      taken.add(free);
    }
  }
  return out.sort((a, b) => (a.base.accountNumber < b.base.accountNumber ? -1 : a.base.accountNumber > b.base.accountNumber ? 1 : 0));
}

export function initGenesis(k: AccountKeeper, ctx: Context, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  k.params.set(ctx, state.params);
  // The sequence of numbers goes up to the largest one in use.
  let last = -1n;
  for (const a of sanitizeAccounts(inGenesis(() => state.accounts.map(accountFromAny)))) {
    while (last < a.base.accountNumber) last = k.nextNumber(ctx);
    inGenesis(() => k.set(ctx, a));
  }
  k.moduleAccount(ctx, FEE_COLLECTOR_NAME);
}

export function exportGenesis(k: AccountKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, { params: k.getParams(ctx), accounts: [...k.all(ctx)].map(accountToAny) });
}

// Genesis of the circuit breaker. Source: cosmossdk.io/x/circuit v0.2.0 keeper/genesis.go, types/genesis.go.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { GenesisState, Permissions_Level } from '../../proto/gen/cosmos/circuit/v1.ts';
import { enumNamesOf } from '../../proto/registry.ts';
import type { CircuitKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';

const { LEVEL_SOME_MSGS, LEVEL_ALL_MSGS, LEVEL_SUPER_ADMIN } = Permissions_Level;
const LEVELS: readonly number[] = [LEVEL_SOME_MSGS, LEVEL_ALL_MSGS, LEVEL_SUPER_ADMIN];

export const levelName = (level: number): string => enumNamesOf('cosmos.circuit.v1.Permissions.Level').get(level) ?? level.toString();

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { accountPermissions: [], disabledTypeUrls: [] });
}

export function validateGenesis(json: Json): void {
  for (const { address, permissions } of readGenesis(MODULE_NAME, GenesisState, json).accountPermissions) {
    if (address === '') throw new GenesisError(MODULE_NAME, 'invalid account address: ');
    if (permissions === undefined) throw new GenesisError(MODULE_NAME, `account has empty permissions, account address: ${address}`);
    if (!LEVELS.includes(permissions.level)) {
      throw new GenesisError(MODULE_NAME, `invalid permission level account address: ${address}, permission level: ${levelName(permissions.level)}`);
    }
  }
}

export function initGenesis(k: CircuitKeeper, ctx: Context, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  for (const { address, permissions } of state.accountPermissions) {
    if (permissions === undefined) throw new GenesisError(MODULE_NAME, `account has empty permissions, account address: ${address}`);
    try {
      k.permissions.set(ctx, k.addresses.toBytes(address), permissions);
    } catch (e) {
      throw e instanceof SdkError ? new GenesisError(MODULE_NAME, e.message) : e;
    }
  }
  for (const url of state.disabledTypeUrls) k.disabled.add(ctx, url);
}

export function exportGenesis(k: CircuitKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, {
    accountPermissions: [...k.permissions.walk(ctx)].map(([address, permissions]) => ({ address: k.addresses.toString(address), permissions })),
    disabledTypeUrls: [...k.disabled.walk(ctx)],
  });
}

// Genesis of feegrant. Source: cosmossdk.io/x/feegrant v0.2.0 genesis.go, keeper/keeper.go InitGenesis.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { GenesisState, type Grant } from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { type Allowance, openAllowance } from './allowance.ts';
import type { FeegrantKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { validateAllowance } from './validate.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { allowances: [] });
}

function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError || e instanceof WireError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
}

function readState(json: Json): { readonly grant: Grant; readonly allowance: Allowance }[] {
  return readGenesis(MODULE_NAME, GenesisState, json).allowances.map((grant) => {
    if (grant.allowance === undefined) throw new GenesisError(MODULE_NAME, `the grant of ${grant.granter} to ${grant.grantee} has no allowance`);
    const allowance = inGenesis(() => openAllowance(grant.allowance));
    inGenesis(() => validateAllowance(allowance));
    return { grant, allowance };
  });
}

export function validateGenesis(json: Json): void {
  readState(json);
}

export function initGenesis(k: FeegrantKeeper, ctx: Context, json: Json): void {
  for (const { grant, allowance } of readState(json)) {
    inGenesis(() => k.grant(ctx, k.addresses.toBytes(grant.granter), k.addresses.toBytes(grant.grantee), allowance));
  }
}

export function exportGenesis(k: FeegrantKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, { allowances: [...k.grants.walk(ctx)].map(([, grant]) => grant) });
}

// Genesis of authz. Grants that have ended are left out. Source: sdk:x/authz/genesis.go, keeper/genesis.go.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { GenesisState } from '../../proto/gen/cosmos/authz/v1beta1.ts';
import type { AuthzKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { authorization: [] });
}

function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError || e instanceof WireError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
}

export function validateGenesis(k: AuthzKeeper, json: Json): void {
  for (const [i, a] of readGenesis(MODULE_NAME, GenesisState, json).authorization.entries()) {
    if (a.grantee === '') throw new GenesisError(MODULE_NAME, `authorization: ${i}, missing grantee`);
    if (a.granter === '') throw new GenesisError(MODULE_NAME, `authorization: ${i},missing granter`);
    const authorization = inGenesis(() => k.open(a.authorization));
    inGenesis(() => authorization.validate());
    try {
      authorization.messageUrl();
    } catch (e) {
      throw new GenesisError(MODULE_NAME, `authorization: ${i}: ${e instanceof Error ? e.message : String(e)}`);
    }
  }
}

export function initGenesis(k: AuthzKeeper, ctx: Context, json: Json): void {
  validateGenesis(k, json);
  for (const { granter, grantee, authorization, expiration } of readGenesis(MODULE_NAME, GenesisState, json).authorization) {
    if (expiration !== undefined && expiration < ctx.time) continue;
    inGenesis(() => k.save(ctx, k.addresses.toBytes(grantee), k.addresses.toBytes(granter), k.open(authorization), expiration));
  }
}

export function exportGenesis(k: AuthzKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, {
    authorization: [...k.grants.walk(ctx)].map(([[granter, grantee], g]) => ({
      granter: k.addresses.toString(granter),
      grantee: k.addresses.toString(grantee),
      authorization: g.authorization,
      expiration: g.expiration,
    })),
  });
}

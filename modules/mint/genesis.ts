// Genesis of mint. Source: sdk:x/mint/keeper/genesis.go, types/genesis.go.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { Json } from '../../chain/core/module.ts';
import { GenesisState } from '../../proto/gen/cosmos/mint/v1beta1.ts';
import type { MintKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { defaultParams, validateParams } from './params.ts';

export function defaultGenesis(mintDenom: string): Json {
  return writeGenesis(GenesisState, { minter: { inflation: Dec.toWire(Dec.withPrecision(13n, 2)), annualProvisions: '0' }, params: defaultParams(mintDenom) });
}

export function validateGenesis(json: Json): void {
  const { minter, params } = readGenesis(MODULE_NAME, GenesisState, json);
  try {
    validateParams(params);
  } catch (e) {
    throw e instanceof SdkError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
  const inflation = Dec.fromWire(minter.inflation);
  if (inflation < 0n) throw new GenesisError(MODULE_NAME, `mint parameter Inflation should be positive, is ${Dec.format(inflation)}`);
}

export function initGenesis(k: MintKeeper, ctx: Context, json: Json): void {
  const { minter, params } = readGenesis(MODULE_NAME, GenesisState, json);
  k.minter.set(ctx, minter);
  k.params.set(ctx, params);
  k.accounts.moduleAccount(ctx, MODULE_NAME);
}

export function exportGenesis(k: MintKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, { minter: k.getMinter(ctx), params: k.getParams(ctx) });
}

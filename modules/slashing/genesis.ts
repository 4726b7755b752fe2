// Genesis of slashing. It runs after staking's, whose validators it looks at. Source: sdk:x/slashing/keeper/genesis.go.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { GenesisState } from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import type { SlashingKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { DEFAULT_PARAMS, validateGenesisParams } from './params.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { params: DEFAULT_PARAMS, signingInfos: [], missedBlocks: [] });
}

function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
}

export function validateGenesis(json: Json): void {
  const { params } = readGenesis(MODULE_NAME, GenesisState, json);
  inGenesis(() => validateGenesisParams(params));
}

export function initGenesis(k: SlashingKeeper, ctx: Context, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  const bytes = (address: string): Uint8Array => inGenesis(() => k.staking.consensusAddresses.toBytes(address));
  for (const v of k.staking.allValidators(ctx)) k.addPubKey(ctx, v);
  for (const { address, validatorSigningInfo } of state.signingInfos) k.signingInfos.set(ctx, bytes(address), validatorSigningInfo);
  for (const { address, missedBlocks } of state.missedBlocks) {
    for (const { index, missed } of missedBlocks) {
      if (index < 0n) throw new GenesisError(MODULE_NAME, `a missed block with the index ${index}`);
      k.setMissed(ctx, bytes(address), index, missed);
    }
  }
  k.params.set(ctx, state.params);
}

export function exportGenesis(k: SlashingKeeper, ctx: Context): Json {
  const infos = [...k.signingInfos.walk(ctx)];
  const text = (consensus: Uint8Array): string => k.staking.consensusAddresses.toString(consensus);
  return writeGenesis(GenesisState, {
    params: k.getParams(ctx),
    signingInfos: infos.map(([consensus, validatorSigningInfo]) => ({ address: text(consensus), validatorSigningInfo })),
    missedBlocks: infos.map(([consensus]) => ({
      address: text(consensus),
      missedBlocks: k.missedIndexes(ctx, consensus).map((index) => ({ index, missed: true })),
    })),
  });
}

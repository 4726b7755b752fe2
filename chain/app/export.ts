// The state as a genesis: every module's part, in the order of genesis. Deterministic: the same state gives the same bytes.
import { jsonText } from '../../proto/json.ts';
import type { Json } from '../core/module.ts';
import { consensusAddress, consensusKey, consensusPower } from '../core/staking.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';
import type { GenesisValidator } from '../types/genesis-doc.ts';
import type { TrellisApp } from './app.ts';
import type { AppState } from './genesis.ts';
import { EXPORT_GENESIS_ORDER, ordered } from './orders.ts';
import { prepareForZeroHeight } from './zero-height.ts';

export interface ExportedApp {
  readonly appState: AppState;
  /** Height after the exported one, where the new chain goes on; 0 where it begins anew. */
  readonly initialHeight: bigint;
  readonly consensusParams: ConsensusParams | undefined;
  /** The bonded ones; none where the application keeps no stake and the engine's are those of its genesis. */
  readonly validators: readonly GenesisValidator[];
}

/** State at a height, 0 the latest. `forZeroHeight` starts the new chain's heights again. Throws an SdkError where the height is not kept. */
export function exportApp(app: TrellisApp, height = 0n, forZeroHeight = false): ExportedApp {
  const ctx = app.queryContext(height);
  if (forZeroHeight) prepareForZeroHeight(app.keepers, ctx);
  const modules = ordered(app.modules, EXPORT_GENESIS_ORDER, 'exportGenesis');
  const parts = modules.map((m) => [m.name, m.exportGenesis?.(ctx)] as const);
  const appState = Object.fromEntries(parts.filter((p): p is readonly [string, Json] => p[1] !== undefined));
  const { consensus, staking } = app.keepers;
  const validators = [...staking.lastValidators(ctx)].map(({ validator }) => ({
    address: consensusAddress(validator),
    pubKey: consensusKey(validator),
    power: consensusPower(validator),
    name: validator.description.moniker,
  }));
  return { appState, initialHeight: forZeroHeight ? 0n : ctx.height + 1n, consensusParams: consensus.get(ctx), validators };
}

export function appStateText(state: AppState): string {
  return jsonText(state);
}

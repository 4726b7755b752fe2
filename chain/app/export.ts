// The state as a genesis: every module's part, in the order of genesis. Deterministic: the same state gives the same bytes.
import { jsonText } from '../../proto/json.ts';
import type { Context } from '../core/context.ts';
import type { AppModule, Json } from '../core/module.ts';
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

/** Every module's part of the state that `ctx` shows. */
export function exportModules(modules: readonly AppModule[], ctx: Context): AppState {
  const parts = ordered(modules, EXPORT_GENESIS_ORDER, 'exportGenesis').map((m) => [m.name, m.exportGenesis?.(ctx)] as const);
  return Object.fromEntries(parts.filter((p): p is readonly [string, Json] => p[1] !== undefined));
}

/** State at a height, 0 the latest. `forZeroHeight` starts the new chain's heights again. Throws an SdkError where the height is not kept. */
export function exportApp(app: TrellisApp, height = 0n, forZeroHeight = false): ExportedApp {
  const ctx = app.queryContext(height);
  if (forZeroHeight) prepareForZeroHeight(app.keepers, ctx);
  const appState = exportModules(app.modules, ctx);
  const { consensus, staking } = app.keepers;
  const validators = [...staking.lastValidators(ctx)].map(({ validator }) => ({
    address: consensusAddress(validator),
    pubKey: consensusKey(validator),
    power: consensusPower(validator),
    name: validator.description.moniker,
  }));
  return { appState, initialHeight: forZeroHeight ? 0n : ctx.height + 1n, consensusParams: consensus.get(ctx), validators };
}

/**
 * The text of a genesis. Bytes that are no UTF-8 (a proposal's reason to fail may hold some) are the replacement character itself, not Go's escape
 * of it: a chain that begins with the text exports the same text.
 */
export function appStateText(state: AppState): string {
  const text = jsonText(state);
  return text.includes('\\ufffd') ? text.replace(/\\(?:u(fffd)|[\s\S])/g, (all, replaced) => (replaced === undefined ? all : '\ufffd')) : text;
}

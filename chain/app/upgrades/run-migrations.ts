// Brings each module's state from the version that last wrote it to the program's: migrations one after another, genesis for a module that is
// new. Source: sdk:types/module v0.53.4 module.go RunMigrations, configurator.go.
import type { VersionMap } from '../../../modules/upgrade/keeper.ts';
import type { Context } from '../../core/context.ts';
import { ErrLogic, ErrNotFound } from '../../core/errors.ts';
import type { AppModule } from '../../core/module.ts';

/** Accounts come last: other modules' migrations may need them as they were. */
const LAST = 'auth';

export const versionOf = (m: AppModule): bigint => m.consensusVersion ?? 1n;

export function versionMap(modules: readonly AppModule[]): VersionMap {
  return new Map(modules.map((m) => [m.name, versionOf(m)]));
}

function migrationOrder(modules: readonly AppModule[]): readonly AppModule[] {
  const names = modules.map((m) => m.name).sort();
  const order = [...names.filter((n) => n !== LAST), ...names.filter((n) => n === LAST)];
  return order.flatMap((n) => modules.filter((m) => m.name === n));
}

function migrate(ctx: Context, m: AppModule, from: bigint): void {
  const to = versionOf(m);
  if (to <= 1n || from === to) return;
  if (m.migrations === undefined) throw ErrNotFound.wrap(`no migrations found for module ${m.name}`);
  for (let at = from; at < to; at++) {
    const step = m.migrations.get(at);
    if (step === undefined) throw ErrNotFound.wrap(`no migration found for module ${m.name} from version ${at} to version ${at + 1n}`);
    step(ctx);
  }
}

/** Throws an SdkError where a step is missing, and what a step throws. */
export function runMigrations(modules: readonly AppModule[], ctx: Context, from: VersionMap): VersionMap {
  for (const m of migrationOrder(modules)) {
    const version = from.get(m.name);
    if (version !== undefined) {
      migrate(ctx, m, version);
      continue;
    }
    const genesis = m.defaultGenesis?.();
    const updates = genesis === undefined ? undefined : m.initGenesis?.(ctx, genesis);
    if (updates !== undefined && updates.length > 0) throw ErrLogic.wrap('validator InitGenesis update is already set by another module');
  }
  return versionMap(modules);
}

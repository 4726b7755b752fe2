// Every order of the chain in one place. A changed order changes state, so each line says why it stands where it stands.
// Names are module names; a list that leaves a module with such a step out throws at start.
import type { AppModule } from '../core/module.ts';

export const PRE_BLOCK_ORDER: readonly string[] = [
  'auth', // expired nonces go before transactions may use them again
];

export const BEGIN_BLOCK_ORDER: readonly string[] = [];

export const END_BLOCK_ORDER: readonly string[] = [];

export const INIT_GENESIS_ORDER: readonly string[] = [
  'auth', // accounts have the first numbers; every other module may need them
  'bank', // balances and supply, which staking and others check
  'vesting', // nothing of its own; its accounts came with auth
];

export const EXPORT_GENESIS_ORDER: readonly string[] = INIT_GENESIS_ORDER;

/** The modules of a list, in its order; throws where one with the step is not named, or a name is unknown. */
export function ordered(modules: readonly AppModule[], names: readonly string[], step: keyof AppModule): readonly AppModule[] {
  const byName = new Map(modules.map((m) => [m.name, m]));
  for (const m of modules) {
    if (m[step] !== undefined && !names.includes(m.name)) throw new Error(`module ${m.name} has ${step} but stands in no order list (chain/app/orders.ts)`);
  }
  return names.map((name) => {
    const m = byName.get(name);
    if (m === undefined) throw new Error(`the order of ${step} names ${name}, which is no module of this application`);
    return m;
  });
}

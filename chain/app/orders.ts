// Every order of the chain in one place: the reference's application's (SDK 0.53.4 with evidence, feegrant and circuit added at the end). A
// changed order changes state, so each line says why it stands where it stands. Names are module names; one that this application lacks is
// passed over, and a list that leaves a module with such a step out throws at start.
import type { AppModule } from '../core/module.ts';

export const PRE_BLOCK_ORDER: readonly string[] = [
  'upgrade', // a planned upgrade changes the program before anything runs
  'auth', // expired nonces go before transactions may use them again
];

export const BEGIN_BLOCK_ORDER: readonly string[] = [
  'history', // the block's own hash, before anybody may ask for it
  'mint', // new tokens go to the fees that distribution gives out next
  'distribution', // before slashing: nothing is left over in the fees of validators
  'slashing', // by the votes of the last block
  'staking', // keeps the header and the validators
  'genutil',
  'authz', // expired grants go
  'evidence', // by what the engine reports
  'ibc', // commits to what counterparties go on from, before an upgrade
];

export const END_BLOCK_ORDER: readonly string[] = [
  'gov', // what a passed proposal does comes before the validators are counted
  'staking', // who is bonded in the next blocks
  'genutil',
  'feegrant', // expired allowances go
];

export const INIT_GENESIS_ORDER: readonly string[] = [
  'auth', // accounts have the first numbers; every other module may need them
  'bank', // balances and supply, which staking and others check
  'distribution', // before staking, whose validators it is told of
  'staking',
  'rotation', // keys of staking's validators
  'slashing', // after staking: its validators
  'gov',
  'mint',
  'genutil', // after auth and staking: parameters and pools are there for its transactions
  'authz',
  'upgrade',
  'vesting', // nothing of its own; its accounts came with auth
  'feegrant',
  'evidence',
  'circuit',
  'ibc',
  'transfer', // after ibc, whose channels it sends by
];

export const EXPORT_GENESIS_ORDER: readonly string[] = INIT_GENESIS_ORDER;

/** Whose hooks staking calls, in this order. */
export const STAKING_HOOK_ORDER: readonly string[] = ['distribution', 'slashing'];

/** Modules that may stand in a list without being in the application. */
const KNOWN: ReadonlySet<string> = new Set([...PRE_BLOCK_ORDER, ...BEGIN_BLOCK_ORDER, ...END_BLOCK_ORDER, ...INIT_GENESIS_ORDER]);

/** The modules of a list, in its order; throws where one with the step is not named, or a name is unknown. */
export function ordered(modules: readonly AppModule[], names: readonly string[], step: keyof AppModule): readonly AppModule[] {
  const byName = new Map(modules.map((m) => [m.name, m]));
  for (const m of modules) {
    if (m[step] !== undefined && !names.includes(m.name)) throw new Error(`module ${m.name} has ${step} but stands in no order list (chain/app/orders.ts)`);
  }
  return names.flatMap((name) => {
    const m = byName.get(name);
    if (m === undefined && !KNOWN.has(name)) throw new Error(`the order of ${step} names ${name}, which is no module of this application`);
    return m === undefined ? [] : [m];
  });
}

/** The hooks that modules gave, in the order of STAKING_HOOK_ORDER; throws for a module that it does not name. */
export function orderedHooks<H>(hooks: Readonly<Record<string, H>>): readonly H[] {
  for (const name of Object.keys(hooks)) if (!STAKING_HOOK_ORDER.includes(name)) throw new Error(`staking's hooks of ${name} stand in no order list`);
  return STAKING_HOOK_ORDER.flatMap((name) => (hooks[name] === undefined ? [] : [hooks[name]]));
}

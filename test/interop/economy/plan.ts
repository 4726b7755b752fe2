// What goes into a block: makers of all modules by their weights.
import { AUTHZ } from './authz.ts';
import { CIRCUIT } from './circuit.ts';
import { DISTRIBUTION } from './distribution.ts';
import { FEEGRANT } from './feegrant.ts';
import { GOV } from './gov.ts';
import { STAKING } from './staking.ts';
import { UPGRADE } from './upgrade.ts';
import { TRANSFERS } from './vesting.ts';
import { type Maker, type Planned, SECOND_DENOM, type World } from './world.ts';

export type Weighted = readonly (readonly [weight: number, maker: Maker])[];

/** Of the modules that simd has too. */
export const MAKERS: Weighted = [...STAKING, ...DISTRIBUTION, ...TRANSFERS, ...GOV, ...UPGRADE, ...FEEGRANT, ...AUTHZ, ...CIRCUIT];

function weighted(makers: Weighted, at: number): Maker | undefined {
  let passed = 0;
  for (const [weight, maker] of makers) {
    passed += weight;
    if (at < passed) return maker;
  }
  return undefined;
}

/** At most `count` transactions; some find nothing to do. */
export function plan(w: World, makers: Weighted, count: number): Planned[] {
  const out: Planned[] = [];
  const total = makers.reduce((n, [weight]) => n + weight, 0);
  // One transaction of an account in a block: its sequence is known only after.
  const used = new Set<string>();
  for (let i = 0; i < count; i++) {
    const maker = weighted(makers, w.random.float() * total);
    const p = maker?.(w);
    if (p === undefined || used.has(p.from.address)) continue;
    used.add(p.from.address);
    const fee = w.random.chance(0.4) ? { fee: BigInt(w.random.between(1, 5000)), feeDenom: w.random.chance(0.3) ? SECOND_DENOM : w.chain.denom } : {};
    out.push({ ...p, options: { ...fee, ...p.options } });
  }
  return out;
}

// The coins of a denom that accounts hold are its supply, and nobody holds less than nothing. Source: sdk v0.50 x/bank/keeper/invariants.go.
import type { Context } from '../../core/context.ts';
import type { Keepers } from '../app.ts';
import type { Invariant } from './invariant.ts';

function broken({ bank, accounts }: Keepers, ctx: Context): string[] {
  const out: string[] = [];
  const held = new Map<string, bigint>();
  for (const [[address, denom], amount] of bank.balances.walk(ctx)) {
    held.set(denom, (held.get(denom) ?? 0n) + amount);
    if (amount < 0n) out.push(`${accounts.addresses.toString(address)} holds ${amount}${denom}`);
  }
  const supply = new Map(bank.supply.walk(ctx));
  for (const denom of new Set([...held.keys(), ...supply.keys()])) {
    const [a, b] = [held.get(denom) ?? 0n, supply.get(denom) ?? 0n];
    if (a !== b) out.push(`accounts hold ${a}${denom}, the supply is ${b}${denom}`);
  }
  return out;
}

export const supply: Invariant = { name: 'supply', broken };

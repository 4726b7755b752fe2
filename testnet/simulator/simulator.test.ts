// The simulator itself, the scenarios that once failed, and a few seeds. `npm run simulate` runs many.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { Scenario } from '../faults/fault.ts';
import { generateScenario } from '../faults/generate.ts';
import { simulate } from './simulation.ts';

// A simulation that is given up goes on and would share clock and files with the next one.
vi.setConfig({ testTimeout: 300_000 });

const SCENARIOS = new URL('../scenarios/', import.meta.url);
const quiet = (seed: number): Scenario => generateScenario({ seed, heights: 5, nodes: 4, faults: 0, byzantine: false });

test('four nodes, nothing wrong: the same seed gives the same run, another one does not', async () => {
  const first = await simulate(quiet(7));
  expect(first.violations).toEqual([]);
  expect(first.height).toBe(5n);
  expect((await simulate(quiet(7))).trace).toBe(first.trace);
  expect((await simulate(quiet(8))).trace).not.toBe(first.trace);
});

test('after a run timers, clock and files are the real ones again', async () => {
  const before = [globalThis.setTimeout, Date.now, Math.random];
  await simulate({ ...quiet(1), heights: 1 });
  expect([globalThis.setTimeout, Date.now, Math.random]).toEqual(before);
  expect(() => readFileSync('/sim/node0/key.json')).toThrow(/ENOENT/);
});

describe('scenarios that failed once', () => {
  test.each(readdirSync(SCENARIOS))('%s', async (name) => {
    const scenario = JSON.parse(readFileSync(new URL(name, SCENARIOS), 'utf8')) as Scenario;
    expect((await simulate(scenario)).violations).toEqual([]);
  });
});

describe('random faults', () => {
  test.each(Array.from({ length: 20 }, (_, i) => ({ seed: 1000 + i })))('npm run simulate -- --seed $seed --heights 5 --nodes 4', async ({ seed }) => {
    expect((await simulate(generateScenario({ seed, heights: 5, nodes: 4 }))).violations).toEqual([]);
  });
});

describe('what a simulation must find', () => {
  const plain = (seed: number, faults: Scenario['faults'], byzantine: Scenario['byzantine']): Scenario => ({
    ...quiet(seed),
    app: 'light',
    extensions: false,
    load: 0,
    powers: [10, 10, 10, 10],
    faults,
    byzantine,
  });

  test('two chains, where half of the power is Byzantine', async () => {
    const does = ['equivocate-votes', 'equivocate-proposals'] as const;
    const found: string[] = [];
    for (const seed of [2, 5, 6, 1, 3]) {
      const bad = [1, 2].map((node) => ({ node, does }));
      found.push(...(await simulate(plain(seed, [], bad))).violations);
      if (found.some((v) => v.startsWith('agreement'))) break;
    }
    expect(found.filter((v) => v.startsWith('agreement'))).not.toEqual([]);
  });

  test('disks that lie about their syncs', async () => {
    const crashes = [0, 1, 2, 3].map((node) => ({ type: 'crash', at: 1500 + 100 * node, for: 300, node }) as const);
    expect((await simulate(plain(1, crashes, []))).violations).toEqual([]);
    expect((await simulate(plain(1, crashes, []), { lyingDisks: true })).violations).not.toEqual([]);
  });
});

// The simulator itself, the scenarios that once failed, and a few seeds. `npm run simulate` runs many.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../faults/fault.ts';
import { generateScenario } from '../faults/generate.ts';
import { simulate } from './simulation.ts';

const SCENARIOS = new URL('../scenarios/', import.meta.url);
const quiet = (seed: number): Scenario => generateScenario({ seed, heights: 5, nodes: 4, faults: false, byzantine: false });

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

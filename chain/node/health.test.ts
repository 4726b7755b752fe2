import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { type HealthParts, healthOf } from './health.ts';

const good: HealthParts = {
  isRunning: () => true,
  isSyncing: () => false,
  height: () => 7n,
  lastBlockTime: () => 1_000_000_000n,
  now: () => 2_000_000_000n,
  peers: () => 3,
  peersMin: () => 1,
  headLagMaxMs: 30_000,
  isSignerConnected: () => true,
  dataFolder: tmpdir(),
};
const codes = (change: Partial<HealthParts>): string[] => healthOf({ ...good, ...change }).reasons.map((r) => r.code);

test('a node that does its work is ready', () => {
  expect(healthOf(good)).toEqual({ ready: true, height: '7', reasons: [] });
  expect(codes({ peers: undefined, isSignerConnected: undefined, headLagMaxMs: undefined, now: () => 1n << 62n })).toEqual([]);
});

test('each fault has its reason', () => {
  expect(codes({ isRunning: () => false })).toEqual(['consensus-stopped']);
  // While blocks are fetched consensus does not run, and the head may be old.
  expect(codes({ isSyncing: () => true, isRunning: () => false, now: () => 1n << 62n })).toEqual(['syncing']);
  expect(codes({ peers: () => 0 })).toEqual(['no-peers']);
  expect(codes({ now: () => 32_000_000_000n })).toEqual(['head-lag']);
  expect(codes({ isSignerConnected: () => false })).toEqual(['signer-gone']);
  expect(healthOf({ ...good, peers: () => 0, isSignerConnected: () => false }).ready).toBe(false);
});

// A short run of the economy's simulation; `npm run e2e -- economy-simulation` is the long one.
import { expect, test } from 'vitest';
import { installNative } from '../../chain/native/install.ts';
import { simulateSeed } from '../e2e/economy-simulation/simulate.ts';

test('random transactions of every module: invariants, exports, restarts, a snapshot', { timeout: 60_000 }, async () => {
  installNative();
  const r = await simulateSeed({ seed: 'short', blocks: 60, exportEvery: 30, restartChance: 0.1 });
  expect(r.exports).toBe(4);
  expect(r.restarts).toBeGreaterThan(0);
  expect(r.compared).toBeGreaterThan(60);
  for (const module of ['staking', 'distribution', 'gov', 'bank', 'authz', 'feegrant', 'circuit', 'rotation']) {
    expect(r.byModule.get(module)?.succeeded, module).toBeGreaterThan(0);
  }
});

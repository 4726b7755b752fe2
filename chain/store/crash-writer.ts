// Child process of crash.test.ts: commits heights for as long as it lives and prints each.
import { openCommitMultiStore } from './multistore.ts';
import { growTo, TEST_STORES } from './testing.ts';

const HEIGHTS_MAX = 250;
const store = await openCommitMultiStore({ dir: process.argv[2] as string, mode: 'custom', stores: TEST_STORES, keepRecent: 10 });
for (let h = Number(store.last.height) + 1; h <= HEIGHTS_MAX; h++) {
  await growTo(store, h);
  process.stdout.write(`${h}\n`);
  if (h % 20 === 0) void store.compact();
}

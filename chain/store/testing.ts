// Test helper: deterministic blocks of writes for several stores, and a memory store that keeps every height to compare with.
import { utf8 } from '../encoding/bytes.ts';
import { openCommitMultiStore, type TrellisMultiStore } from './multistore.ts';

export const TEST_STORES = ['acc', 'bank', 'transient_params', 'mem_capability'] as const;

/** Small generator of whole numbers (Numerical Recipes' LCG): tests need the same writes on every run. */
export function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Writes the block of a height: sets and deletes over a small set of keys, some heights empty. */
export function writeBlock(store: TrellisMultiStore, height: number, keys = 60): void {
  const next = numbers(height * 7919);
  const branch = store.branch();
  if (height % 7 !== 3) {
    for (const name of ['acc', 'bank']) {
      for (let i = 0; i < 12; i++) {
        const key = utf8(`${name}/${next(keys)}`);
        if (next(4) === 0) branch.kvStore(name).delete(key);
        else branch.kvStore(name).set(key, utf8(`value ${height} ${next(1000)}`.padEnd(next(80), '.')));
      }
    }
  }
  branch.kvStore('transient_params').set(utf8('k'), utf8(String(height)));
  branch.write();
}

/** Commits heights up to `height`; gives the app hash of the last. */
export async function growTo(store: TrellisMultiStore, height: number, keys?: number): Promise<void> {
  for (let h = Number(store.last.height) + 1; h <= height; h++) {
    writeBlock(store, h, keys);
    await store.commit();
  }
}

/** A store in memory that answers every height up to `height`. */
export async function reference(height: number, keys?: number): Promise<TrellisMultiStore> {
  const store = await openCommitMultiStore({ mode: 'nothing', stores: TEST_STORES });
  await growTo(store, height, keys);
  return store;
}

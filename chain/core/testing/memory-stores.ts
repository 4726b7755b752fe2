// Stores in memory with branches, the simplest thing that keeps the contract of kv-store.ts: for tests of what stands above stores.
import { compareBytes, fromHex, toHex } from '../../encoding/bytes.ts';
import { blockInfo, Context, type ContextOptions } from '../context.ts';
import type { BranchMultiStore, KVStore, MultiStore } from '../kv-store.ts';

class MemoryStore implements KVStore {
  readonly entries = new Map<string, Uint8Array>();
  get(key: Uint8Array): Uint8Array | undefined {
    return this.entries.get(toHex(key));
  }
  has(key: Uint8Array): boolean {
    return this.entries.has(toHex(key));
  }
  set(key: Uint8Array, value: Uint8Array): void {
    this.entries.set(toHex(key), value);
  }
  delete(key: Uint8Array): void {
    this.entries.delete(toHex(key));
  }
  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): [Uint8Array, Uint8Array][] {
    return [...this.entries]
      .map(([k, v]): [Uint8Array, Uint8Array] => [fromHex(k), v])
      .filter(([k]) => (start === undefined || compareBytes(k, start) >= 0) && (end === undefined || compareBytes(k, end) < 0))
      .sort(([a], [b]) => compareBytes(a, b));
  }
  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): [Uint8Array, Uint8Array][] {
    return this.iterate(start, end).reverse();
  }
}

export class MemoryStores implements BranchMultiStore {
  readonly #stores = new Map<string, MemoryStore>();
  readonly #parent: MemoryStores | undefined;
  constructor(parent?: MemoryStores) {
    this.#parent = parent;
  }
  kvStore(name: string): MemoryStore {
    let s = this.#stores.get(name);
    if (s === undefined) {
      s = new MemoryStore();
      for (const [k, v] of this.#parent?.kvStore(name).entries ?? []) s.entries.set(k, v);
      this.#stores.set(name, s);
    }
    return s;
  }
  branch(): MemoryStores {
    return new MemoryStores(this);
  }
  write(): void {
    for (const [name, s] of this.#stores) {
      const to = this.#parent?.kvStore(name).entries;
      to?.clear();
      for (const [k, v] of s.entries) to?.set(k, v);
    }
  }
}

export function testContext(part: Partial<ContextOptions> & { readonly stores?: MultiStore } = {}): Context {
  return new Context({ block: blockInfo('test-1', { height: 1n }), mode: 'finalize', stores: new MemoryStores(), ...part });
}

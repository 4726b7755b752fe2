import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KVStore } from '../core/kv-store.ts';
import { compareBytes, toHex } from '../encoding/bytes.ts';
import { BranchStore, KEY_BYTES_MAX } from './branch.ts';
import { MapStore } from './map-store.ts';

/** A plain model: sorted pairs by hex of the key. */
class Model {
  readonly map: Map<string, string>;
  constructor(map = new Map<string, string>()) {
    this.map = map;
  }
  list(start: Uint8Array | undefined, end: Uint8Array | undefined): string[] {
    return [...this.map]
      .map(([k, v]) => [new Uint8Array(Buffer.from(k, 'hex')), v] as const)
      .filter(([k]) => (start === undefined || compareBytes(k, start) >= 0) && (end === undefined || compareBytes(k, end) < 0))
      .sort((a, b) => compareBytes(a[0], b[0]))
      .map(([k, v]) => `${toHex(k)}=${v}`);
  }
}

const listed = (pairs: Iterable<readonly [Uint8Array, Uint8Array]>): string[] => [...pairs].map(([k, v]) => `${toHex(k)}=${toHex(v)}`);

const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 4 }).map((b) => Uint8Array.from(b));
const value = fc.uint8Array({ maxLength: 3 }).map((b) => Uint8Array.from(b));
const bound = fc.option(key, { nil: undefined });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('set' as const), key, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('list' as const), start: bound, end: bound }) },
  { weight: 1, arbitrary: fc.constant({ do: 'push' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'write' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'drop' as const }) },
);

test('a stack of branches reads as a stack of maps', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const root = new MapStore();
      const stores: KVStore[] = [root];
      const models = [new Model()];
      for (const s of steps) {
        const store = stores.at(-1) as KVStore;
        const model = models.at(-1) as Model;
        if (s.do === 'set') {
          store.set(s.key, s.value);
          model.map.set(toHex(s.key), toHex(s.value));
        } else if (s.do === 'delete') {
          store.delete(s.key);
          model.map.delete(toHex(s.key));
        } else if (s.do === 'get') {
          const got = store.get(s.key);
          expect(got === undefined ? undefined : toHex(got)).toBe(model.map.get(toHex(s.key)));
          expect(store.has(s.key)).toBe(model.map.has(toHex(s.key)));
        } else if (s.do === 'list') {
          expect(listed(store.iterate(s.start, s.end))).toEqual(model.list(s.start, s.end));
          expect(listed(store.iterateReverse(s.start, s.end))).toEqual(model.list(s.start, s.end).reverse());
        } else if (s.do === 'push') {
          stores.push(new BranchStore(store));
          models.push(new Model(new Map(model.map)));
        } else if (stores.length > 1) {
          stores.pop();
          models.pop();
          if (s.do === 'write') {
            (store as BranchStore).write();
            models[models.length - 1] = model;
          }
        }
      }
      expect(listed((stores.at(-1) as KVStore).iterate(undefined, undefined))).toEqual((models.at(-1) as Model).list(undefined, undefined));
    }),
    { numRuns: 300 },
  );
});

test('many keys: the table grows and finds them all', () => {
  const branch = new BranchStore(new MapStore());
  const k = (i: number): Uint8Array => new Uint8Array([i >> 8, i & 255, 7]);
  for (let i = 0; i < 5000; i++) branch.set(k(i), new Uint8Array([i & 255]));
  for (let i = 0; i < 5000; i++) expect(branch.get(k(i))?.[0]).toBe(i & 255);
  expect(branch.get(k(5001))).toBeUndefined();
});

test('an iterator sees the moment it began', () => {
  const branch = new BranchStore(new MapStore());
  branch.set(new Uint8Array([1]), new Uint8Array([1]));
  branch.set(new Uint8Array([3]), new Uint8Array([3]));
  const seen: number[] = [];
  for (const [k] of branch.iterate(undefined, undefined)) {
    seen.push(k[0] as number);
    branch.set(new Uint8Array([2]), new Uint8Array([2]));
    branch.delete(new Uint8Array([3]));
  }
  expect(seen).toEqual([1, 3]);
  expect(listed(branch.iterate(undefined, undefined))).toEqual(['01=01', '02=02']);
});

test('the caller may reuse the bytes of a key', () => {
  const branch = new BranchStore(new MapStore());
  const k = new Uint8Array([1, 2]);
  branch.get(k);
  branch.set(k, new Uint8Array([9]));
  k[0] = 5;
  expect(branch.get(new Uint8Array([1, 2]))).toEqual(new Uint8Array([9]));
});

test('write hands on keys in ascending order', () => {
  const seen: string[] = [];
  const parent = new MapStore();
  const spy: KVStore = {
    get: (k) => parent.get(k),
    has: (k) => parent.has(k),
    set: (k) => seen.push(`set ${toHex(k)}`),
    delete: (k) => seen.push(`delete ${toHex(k)}`),
    iterate: (s, e) => parent.iterate(s, e),
    iterateReverse: (s, e) => parent.iterateReverse(s, e),
  };
  const branch = new BranchStore(spy);
  const tx = new BranchStore(branch);
  branch.set(new Uint8Array([5]), new Uint8Array(1));
  tx.set(new Uint8Array([9]), new Uint8Array(1));
  tx.delete(new Uint8Array([5]));
  tx.set(new Uint8Array([1, 0]), new Uint8Array(0));
  tx.write();
  branch.set(new Uint8Array([1]), new Uint8Array(0));
  branch.write();
  expect(seen).toEqual(['set 01', 'set 0100', 'delete 05', 'set 09']);
});

test('few writes among many are in order, however they came', () => {
  const wide = fc.uint8Array({ minLength: 2, maxLength: 2 }).map((b) => Uint8Array.from(b));
  fc.assert(
    fc.property(fc.array(fc.array(wide, { maxLength: 4 }), { maxLength: 12 }), (rounds) => {
      const branch = new BranchStore(new MapStore());
      const model = new Model();
      const put = (k: Uint8Array, v: Uint8Array): void => {
        branch.set(k, v);
        model.map.set(toHex(k), toHex(v));
      };
      for (let i = 0; i < 600; i++) put(Uint8Array.of((i * 89) % 256, (i * 7) % 256), Uint8Array.of(i % 256));
      branch.iterate(undefined, undefined);
      for (const [n, keys] of rounds.entries()) {
        for (const k of keys) put(k, Uint8Array.of(n));
        expect(listed(branch.iterate(undefined, undefined))).toEqual(model.list(undefined, undefined));
        expect(listed(branch.iterateReverse(undefined, undefined))).toEqual(model.list(undefined, undefined).reverse());
      }
    }),
    { numRuns: 20 },
  );
});

test('keys and values that no store holds are refused', () => {
  const branch = new BranchStore(new MapStore());
  expect(() => branch.set(new Uint8Array(0), new Uint8Array(1))).toThrow('key is nil or empty');
  expect(() => branch.get(new Uint8Array(0))).toThrow('key is nil or empty');
  expect(() => branch.set(new Uint8Array(KEY_BYTES_MAX + 1), new Uint8Array(1))).toThrow('key is too large');
  expect(() => branch.set(new Uint8Array(1), undefined as unknown as Uint8Array)).toThrow('value is nil');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, toHex } from '../../encoding/bytes.ts';
import { pairs } from './iterate.ts';
import { NodeArena } from './node-arena.ts';
import { arenaView, lookUp, type NodeView, walk } from './node-view.ts';
import { IavlTree } from './tree.ts';

const listed = (list: Iterable<readonly [Uint8Array, Uint8Array]>): string[] => [...list].map(([k, v]) => `${toHex(k)}=${toHex(v)}`);

/** Checks all that holds in an IAVL tree; returns its leaves. */
function checkShape(node: NodeView | undefined): number {
  if (node === undefined) return 0;
  const visit = (n: NodeView): { size: number; height: number; low: Uint8Array; high: Uint8Array } => {
    if (n.height === 0) return { size: 1, height: 0, low: n.key, high: n.key };
    const l = visit(n.left());
    const r = visit(n.right());
    expect(n.height).toBe(Math.max(l.height, r.height) + 1);
    expect(Math.abs(l.height - r.height)).toBeLessThanOrEqual(1);
    expect(n.size).toBe(l.size + r.size);
    expect(n.key).toEqual(r.low);
    expect(compareBytes(l.high, n.key)).toBeLessThan(0);
    return { size: n.size, height: n.height, low: l.low, high: r.high };
  };
  return visit(node).size;
}

/** Nodes that any of the roots reaches. */
function reachable(tree: IavlTree, roots: readonly number[]): number {
  const seen = new Set<number>();
  const stack = roots.filter((r) => r !== 0);
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (tree.nodes.height(n) > 0) stack.push(tree.nodes.words[n * 16] as number, tree.nodes.words[n * 16 + 1] as number);
  }
  return seen.size;
}

// Keys that share their first eight bytes are frequent on a chain (prefix and address), so some here do.
const key = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3, max: 5 }),
  fc.uint8Array({ minLength: 0, maxLength: 3, max: 3 }).map((b) => Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, ...b])),
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('set' as const), key, value: fc.uint8Array({ maxLength: 40 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
  { weight: 2, arbitrary: fc.constant({ do: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'hash' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'discard' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('list' as const), start: fc.option(key, { nil: undefined }), end: fc.option(key, { nil: undefined }) }) },
);

test('versions of a tree read as versions of a map, keep their shape and roots, and use no more nodes than they reach', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 1, max: 4 }), (steps, keep) => {
      const tree = new IavlTree(new NodeArena());
      // The same operations in a tree that hashes only when it must.
      const lazy = new IavlTree(new NodeArena());
      let model = new Map<string, string>();
      let committed = model;
      const versions = new Map<number, { readonly pairs: string[]; readonly root: string }>();
      const sorted = (m: ReadonlyMap<string, string>, start?: Uint8Array, end?: Uint8Array): string[] =>
        [...m]
          .filter(([k]) => (start === undefined || k >= toHex(start)) && (end === undefined || k < toHex(end)))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([k, v]) => `${k}=${v}`);
      for (const s of steps) {
        if (s.do === 'set') {
          expect(tree.set(s.key, s.value)).toBe(model.has(toHex(s.key)));
          lazy.set(s.key, s.value);
          model = new Map(model).set(toHex(s.key), toHex(s.value));
          expect(toHex(tree.get(s.key) as Uint8Array)).toBe(toHex(s.value));
        } else if (s.do === 'remove') {
          expect(tree.remove(s.key)).toBe(model.has(toHex(s.key)));
          lazy.remove(s.key);
          model = new Map(model);
          model.delete(toHex(s.key));
          expect(tree.has(s.key)).toBe(false);
        } else if (s.do === 'hash') tree.workingHash();
        else if (s.do === 'discard') {
          tree.discard();
          lazy.discard();
          model = committed;
        } else if (s.do === 'list') {
          expect(listed(pairs(tree, tree.root, s.start, s.end, true))).toEqual(sorted(model, s.start, s.end));
          expect(listed(pairs(tree, tree.root, s.start, s.end, false))).toEqual(sorted(model, s.start, s.end).reverse());
        } else {
          const version = tree.commit();
          lazy.commit({ hash: false });
          committed = model;
          versions.set(version, { pairs: sorted(model), root: toHex(tree.hashOf(version)) });
          tree.dropBelow(version - keep + 1);
          lazy.dropBelow(version);
          versions.delete(version - keep);
          expect(tree.nodes.used).toBe(
            reachable(
              tree,
              [...versions.keys()].map((v) => tree.rootOf(v) as number),
            ),
          );
          expect(toHex(lazy.hashOf(version))).toBe(toHex(tree.hashOf(version)));
        }
        expect(tree.size).toBe(BigInt(model.size));
      }
      for (const [version, v] of versions) {
        const root = arenaView(tree.nodes, tree.rootOf(version) as number);
        expect(checkShape(root)).toBe(v.pairs.length);
        expect(listed(walk(root, undefined, undefined, true))).toEqual(v.pairs);
        expect(toHex(tree.hashOf(version))).toBe(v.root);
        for (const pair of v.pairs.slice(0, 3)) {
          const [k, value] = pair.split('=') as [string, string];
          expect(toHex(lookUp(root, new Uint8Array(Buffer.from(k, 'hex'))) as Uint8Array)).toBe(value);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('values of all sizes come back, and their memory is used again', () => {
  const tree = new IavlTree(new NodeArena());
  const sizes = [0, 1, 15, 16, 17, 1000, 1024, 1025, 5000, 70_000, 1 << 20, (1 << 20) + 1];
  for (let round = 0; round < 4; round++) {
    for (const [i, size] of sizes.entries()) tree.set(new Uint8Array([i + 1]), new Uint8Array(size).fill(round + 1));
    const version = tree.commit();
    for (const [i, size] of sizes.entries()) {
      expect(Buffer.compare(tree.get(new Uint8Array([i + 1])) as Uint8Array, new Uint8Array(size).fill(round + 1)), `${size} bytes`).toBe(0);
    }
    tree.dropBelow(version);
  }
  expect(tree.nodes.bytes.size).toBeLessThan(10 << 20);
});

test('an iterator does not survive a change of its tree', () => {
  const tree = new IavlTree(new NodeArena());
  for (let i = 1; i < 5; i++) tree.set(new Uint8Array([i]), new Uint8Array(1));
  expect(() => {
    for (const [k] of pairs(tree, tree.root, undefined, undefined, true)) tree.remove(k);
  }).toThrow('changed under an iterator');
});

// oracle-iavl (trees and their proofs, the operation stream of iavl's TestTreeHash), oracle-store (app hashes and proofs in every mode, with a
// reopening between all versions; a snapshot) and IAVL's node encoding.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { decodeCommitmentProof, IAVL_SPEC, verifyMembership, verifyNonMembership } from '../../chain/crypto/ics23/index.ts';
import { bytesEqual, fromHex, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import { commitInfoCodec, makeCommitInfo } from '../../chain/store/commit-info.ts';
import { NodeArena } from '../../chain/store/iavl/node-arena.ts';
import { decodeNode, encodeNode, type StoredNode } from '../../chain/store/iavl/node-codec.ts';
import { arenaView } from '../../chain/store/iavl/node-view.ts';
import { encodeProof, prove } from '../../chain/store/iavl/proof.ts';
import { IavlTree } from '../../chain/store/iavl/tree.ts';
import { openCommitMultiStore, type TrellisMultiStore } from '../../chain/store/multistore.ts';
import { exportSnapshot, restoreSnapshot, snapshotItems } from '../../chain/store/snapshot.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

function equal(what: string, got: unknown, want: unknown): void {
  if (got !== want) throw new Error(`${what}: got ${String(got)}, want ${String(want)}`);
}

type Op = readonly ['set', string, string] | readonly ['remove', string];
interface ProofCase {
  readonly exist: boolean;
  readonly ics23_verifies: boolean;
  readonly key: string;
  readonly value?: string;
  readonly proof: string;
}
interface TreeVersion {
  readonly version: number;
  readonly ops: readonly Op[] | null;
  readonly root: string;
  readonly size: number;
  readonly height: number;
  readonly proofs: readonly ProofCase[] | null;
}

function checkProof(tree: IavlTree, version: number, root: string, p: ProofCase): void {
  const key = fromHex(p.key);
  const { value, proof } = prove(arenaView(tree.nodes, tree.rootOf(version) as number), key);
  equal('exists', value !== undefined, p.exist);
  if (value !== undefined) equal('value', toHex(value), p.value ?? '');
  const bytes = encodeProof(proof);
  equal('proof', toHex(bytes), p.proof);
  const decoded = decodeCommitmentProof(bytes);
  const verifies =
    value === undefined ? verifyNonMembership(IAVL_SPEC, fromHex(root), decoded, key) : verifyMembership(IAVL_SPEC, fromHex(root), decoded, key, value);
  equal('ics23 verifies', verifies, p.ics23_verifies);
}

async function trees(file: VectorFile, t: Cases): Promise<void> {
  const cases = file.json().cases as { initial_version: number; versions: TreeVersion[] }[];
  for (const [i, c] of cases.entries()) {
    await t.case(`tree ${i}`, () => {
      const tree = new IavlTree(new NodeArena(), c.initial_version === 0 ? 1 : c.initial_version);
      for (const v of c.versions) {
        for (const op of v.ops ?? []) {
          if (op[0] === 'set') tree.set(fromHex(op[1]), fromHex(op[2]));
          else tree.remove(fromHex(op[1]));
        }
        equal(`working root ${v.version}`, toHex(tree.workingHash()), v.root);
        equal('version', tree.commit(), v.version);
        equal(`root ${v.version}`, toHex(tree.hashOf(v.version)), v.root);
        equal(`size ${v.version}`, tree.size, BigInt(v.size));
        if (tree.root !== 0) equal(`height ${v.version}`, tree.nodes.height(tree.root), v.height);
      }
      // Only now, so that proofs of versions that later ones share nodes with are tried.
      for (const v of c.versions) for (const p of v.proofs ?? []) checkProof(tree, v.version, v.root, p);
    });
  }
}

async function treeHashOps(file: VectorFile, t: Cases): Promise<void> {
  const tree = new IavlTree(new NodeArena());
  for (const line of file.text().split('\n')) {
    const [op, a, b] = line.split(' ');
    if (op === 'S') tree.set(fromHex(a as string), fromHex(b as string));
    else if (op === 'R') tree.remove(fromHex(a as string));
    else if (op === 'V') {
      await t.case(`version ${a}`, () => {
        equal('version', tree.commit(), Number(a));
        equal('root', toHex(tree.hashOf(Number(a))), b);
      });
    }
  }
}

interface MultiStoreCase {
  readonly iavl_stores: readonly string[];
  readonly initial_version: number;
  readonly other_mounts: readonly string[];
  readonly versions: readonly {
    readonly version: number;
    readonly ops: readonly (readonly [string, string, string])[] | null;
    readonly app_hash: string;
    readonly commit_info_proto: string;
    readonly store_infos: readonly { readonly name: string; readonly hash: string }[];
  }[];
  readonly queries_at_last: readonly {
    readonly path: string;
    readonly data: string;
    readonly height: number;
    readonly value: string;
    readonly proof_ops: readonly { readonly type: string; readonly key: string; readonly data: string }[];
  }[];
}

async function runMultiStore(c: MultiStoreCase, open: (stores: readonly string[]) => Promise<TrellisMultiStore>, reopen: boolean): Promise<void> {
  const others = c.other_mounts.map((m) => m.replace(/\(.*\)$/, ''));
  const names = [...c.iavl_stores, ...others];
  let store = await open(names);
  if (c.initial_version !== 0) store.setInitialHeight(BigInt(c.initial_version));
  for (const v of c.versions) {
    const branch = store.branch();
    // What the other stores hold must not show in any hash.
    for (const name of others) branch.kvStore(name).set(utf8('k'), utf8(`v${v.version}`));
    branch.write();
    // In the order of the file: the shape of a tree depends on it.
    for (const [name, key, value] of v.ops ?? []) store.kvStore(name).set(fromHex(key), fromHex(value));
    equal(`working hash ${v.version}`, toHex(store.workingHash()), v.app_hash);
    const id = await store.commit();
    equal('height', id.height, BigInt(v.version));
    equal(`app hash ${v.version}`, toHex(id.appHash), v.app_hash);
    const infos = v.store_infos.map((s) => [s.name, fromHex(s.hash)] as const);
    equal('commit info', toHex(commitInfoCodec.encode(makeCommitInfo(BigInt(v.version), infos))), v.commit_info_proto);
    for (const s of v.store_infos) {
      const tree = store.trees.stores.get(s.name)?.tree as IavlTree;
      equal(`root of ${s.name}`, toHex(tree.hashOf(v.version)), s.hash);
    }
    if (reopen) {
      await store.close();
      store = await open(names);
      equal(`app hash ${v.version} after reopening`, toHex(store.last.appHash), v.app_hash);
    }
  }
  for (const q of c.queries_at_last) {
    const name = q.path.split('/')[2] as string;
    const found = store.query(name, fromHex(q.data), BigInt(q.height), true);
    equal(`value of ${q.path} ${q.data}`, found.value === undefined ? '' : toHex(found.value), q.value);
    equal('ops', JSON.stringify(found.ops.map((o) => ({ data: toHex(o.data), key: toHex(o.key), type: o.type }))), JSON.stringify(q.proof_ops));
  }
  await store.close();
}

async function multiStores(file: VectorFile, t: Cases): Promise<void> {
  const cases = file.json().cases as MultiStoreCase[];
  for (const [i, c] of cases.entries()) {
    await t.case(`multistore ${i}`, async () => {
      await runMultiStore(c, (stores) => openCommitMultiStore({ mode: 'custom', stores }), false);
      for (const mode of ['custom', 'default'] as const) {
        const dir = mkdtempSync(join(tmpdir(), 'vectors-store-'));
        try {
          await runMultiStore(c, (stores) => openCommitMultiStore({ dir, mode, stores }), true);
        } finally {
          rmSync(dir, { recursive: true, force: true });
        }
      }
    });
  }
}

interface SnapshotCase {
  readonly height: number;
  readonly format: number;
  readonly app_hash: string;
  readonly chunks: readonly string[];
  /** Height, store, key and value of each set, in order. */
  readonly sets: readonly (readonly [string, string, string, string])[];
}

async function snapshots(file: VectorFile, t: Cases): Promise<void> {
  for (const [i, c] of (file.json().cases as SnapshotCase[]).entries()) {
    await t.case(`snapshot ${i}`, async () => {
      const chunks = c.chunks.map(fromHex);
      const stores: string[] = [];
      for await (const { item } of snapshotItems(chunks)) if (item?.case === 'store') stores.push(item.value.name);
      const restored = await openCommitMultiStore({ mode: 'custom', stores });
      await restoreSnapshot(restored, { height: BigInt(c.height), format: c.format, chunks, appHash: fromHex(c.app_hash) });
      equal('app hash', toHex(restored.last.appHash), c.app_hash);
      const built = await openCommitMultiStore({ mode: 'custom', stores });
      for (let h = 1; h <= c.height; h++) {
        for (const [height, name, key, value] of c.sets) if (Number(height) === h) built.kvStore(name).set(fromHex(key), fromHex(value));
        await built.commit();
      }
      equal('app hash of the same writes', toHex(built.last.appHash), c.app_hash);
      // Our own snapshot of that state has the same items.
      const own: Uint8Array[] = [];
      for await (const chunk of exportSnapshot(built, BigInt(c.height))) own.push(chunk);
      equal('items', toHex(inflateSync(Buffer.concat(own))), toHex(inflateSync(Buffer.concat(chunks))));
    });
  }
}

interface NodeCase {
  readonly kind: 'inner' | 'leaf';
  readonly height: number;
  readonly size: number;
  readonly key_utf8: string;
  readonly value_utf8: string;
  readonly hash: string;
  readonly left: readonly [number, number];
  readonly right: readonly [number, number];
  readonly hex: string;
}

async function nodeEncoding(file: VectorFile, t: Cases): Promise<void> {
  for (const c of file.json().cases as NodeCase[]) {
    await t.case(c.kind, () => {
      const key = utf8(c.key_utf8);
      const node: StoredNode =
        c.kind === 'leaf'
          ? { height: 0, size: 1, key, value: utf8(c.value_utf8) }
          : {
              height: c.height,
              size: c.size,
              key,
              hash: fromHex(c.hash),
              left: { version: c.left[0], nonce: c.left[1] },
              right: { version: c.right[0], nonce: c.right[1] },
            };
      equal('bytes', toHex(encodeNode(node)), c.hex);
      if (!bytesEqual(encodeNode(decodeNode(fromHex(c.hex))), fromHex(c.hex))) throw new Error('decoding and encoding gives other bytes');
    });
  }
}

export const handlers: Handlers = {
  'oracle-iavl/iavl-trees.json': trees,
  'oracle-iavl/treehash-ops.txt': treeHashOps,
  'oracle-store/multistore.json': multiStores,
  'oracle-store/snapshot.json': snapshots,
  'code-derived/iavl-node-encoding.json': nodeEncoding,
};

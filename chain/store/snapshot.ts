// State snapshots in the reference's format 3, which state sync hands from node to node: SnapshotItem messages, each behind its length, in
// one zlib stream cut into chunks of 10 MB. Per store, by name: its name, then its nodes in post-order. Source: store:snapshots/stream.go,
// rootmulti/store.go Snapshot and Restore. Compressed bytes differ between implementations of zlib; the items do not.
import { Readable } from 'node:stream';
import { createDeflate, createInflate } from 'node:zlib';
import { bytes, type Codec, int32, int64, message, oneof, optional, string, uint32 } from '../encoding/codec.ts';
import { WireError } from '../encoding/proto-wire.ts';
import { TreeBuilder } from './iavl/build.ts';
import { arenaView } from './iavl/node-view.ts';
import { postOrder } from './iavl/post-order.ts';
import type { TrellisMultiStore } from './multistore.ts';
import { ErrSnapshot } from './query-errors.ts';

export const SNAPSHOT_FORMAT = 3;
export const SNAPSHOT_CHUNK_BYTES = 10_000_000;
/** Largest item, as in the reference. */
export const SNAPSHOT_ITEM_BYTES_MAX = 64_000_000;
/** Largest decompressed snapshot; more is refused before it fills the memory. */
export const SNAPSHOT_BYTES_MAX = 2 ** 34;
const COMPRESSION_LEVEL = 7;
const WRITE_BYTES = 1 << 16;

interface IavlItem {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly version: bigint;
  readonly height: number;
}
interface ItemCases {
  store: { readonly name: string };
  iavl: IavlItem;
  extension: { readonly name: string; readonly format: number };
  extensionPayload: { readonly payload: Uint8Array };
}
export interface SnapshotItem {
  readonly item: { readonly [K in keyof ItemCases]: { readonly case: K; readonly value: ItemCases[K] } }[keyof ItemCases] | undefined;
}

const name = 'cosmos.store.snapshots.v1.';
const itemCodec: Codec<SnapshotItem> = message<SnapshotItem>(`${name}SnapshotItem`, {
  item: oneof<ItemCases>({
    store: optional(1, message<ItemCases['store']>(`${name}SnapshotStoreItem`, { name: string(1) })),
    iavl: optional(2, message<IavlItem>(`${name}SnapshotIAVLItem`, { key: bytes(1), value: bytes(2), version: int64(3), height: int32(4) })),
    extension: optional(3, message<ItemCases['extension']>(`${name}SnapshotExtensionMeta`, { name: string(1), format: uint32(2) })),
    extensionPayload: optional(4, message<ItemCases['extensionPayload']>(`${name}SnapshotExtensionPayload`, { payload: bytes(1) })),
  }),
});

/** The items of a height, each behind its length, joined to pieces of some 64 KiB. */
function* encodedItems(store: TrellisMultiStore, height: number): Generator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  const nodes = store.trees.nodes;
  for (const [storeName, { tree }] of store.trees.stores) {
    if (!tree.hasVersion(height)) continue;
    pieces.push(itemCodec.encodeDelimited({ item: { case: 'store', value: { name: storeName } } }));
    for (const n of postOrder(nodes, tree.rootOf(height) ?? 0)) {
      const view = arenaView(nodes, n);
      if (view === undefined) continue;
      const value = view.height === 0 ? view.value : new Uint8Array(0);
      const item = itemCodec.encodeDelimited({ item: { case: 'iavl', value: { key: view.key, value, version: BigInt(view.version), height: view.height } } });
      pieces.push(item);
      size += item.length;
      if (size < WRITE_BYTES) continue;
      yield Buffer.concat(pieces);
      pieces = [];
      size = 0;
    }
  }
  yield Buffer.concat(pieces);
}

/** The chunks of a height that is in memory; the height is held until the last is taken or the loop left. Throws ErrVersionDoesNotExist. */
export async function* exportSnapshot(store: TrellisMultiStore, height: bigint): AsyncGenerator<Uint8Array> {
  const release = store.hold(height);
  try {
    const compressed = Readable.from(encodedItems(store, Number(height))).pipe(createDeflate({ level: COMPRESSION_LEVEL }));
    let chunk = new Uint8Array(SNAPSHOT_CHUNK_BYTES);
    let filled = 0;
    for await (const data of compressed as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < data.length; ) {
        const n = Math.min(data.length - at, SNAPSHOT_CHUNK_BYTES - filled);
        chunk.set(data.subarray(at, at + n), filled);
        filled += n;
        at += n;
        if (filled < SNAPSHOT_CHUNK_BYTES) continue;
        yield chunk;
        chunk = new Uint8Array(SNAPSHOT_CHUNK_BYTES);
        filled = 0;
      }
    }
    if (filled > 0) yield chunk.slice(0, filled);
  } finally {
    release();
  }
}

/** Messages behind their lengths, from pieces cut anywhere. */
async function* delimited(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  let total = 0;
  for await (const piece of pieces) {
    total += piece.length;
    if (total > SNAPSHOT_BYTES_MAX) throw ErrSnapshot.wrap(`more than ${SNAPSHOT_BYTES_MAX} bytes`);
    let data: Uint8Array = piece;
    if (rest.length > 0) {
      data = new Uint8Array(rest.length + piece.length);
      data.set(rest);
      data.set(piece, rest.length);
    }
    let at = 0;
    for (;;) {
      let length = 0;
      let p = at;
      let ended = false;
      for (let shift = 0; p < data.length && !ended; shift += 7) {
        const b = data[p++] as number;
        length += (b & 127) * 2 ** shift;
        ended = b < 128;
        if (length > SNAPSHOT_ITEM_BYTES_MAX || shift > 28) throw ErrSnapshot.wrap(`an item is larger than ${SNAPSHOT_ITEM_BYTES_MAX} bytes`);
      }
      if (!ended || data.length - p < length) break;
      yield data.subarray(p, p + length);
      at = p + length;
    }
    rest = data.slice(at);
  }
  if (rest.length > 0) throw ErrSnapshot.wrap('the last item is cut short');
}

/** Decoded items, with every failure of decompression and decoding as ErrSnapshot. */
export async function* snapshotItems(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<SnapshotItem> {
  const inflate = createInflate();
  const source = Readable.from(chunks);
  source.on('error', (e) => inflate.destroy(e));
  try {
    for await (const item of delimited(source.pipe(inflate))) yield itemCodec.decode(item);
  } catch (e) {
    if (e instanceof WireError || String((e as { code?: unknown }).code).startsWith('Z_')) throw ErrSnapshot.wrap((e as Error).message);
    throw e;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

export interface RestoreOptions {
  readonly height: bigint;
  readonly format: number;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** What the state must hash to, known from a verified header; undefined: whatever it gives. */
  readonly appHash: Uint8Array | undefined;
}

/**
 * Makes an empty store the state of a snapshot, on the disk too. Nothing changes where the snapshot is malformed or gives another app hash;
 * then ErrSnapshot is thrown.
 */
export async function restoreSnapshot(store: TrellisMultiStore, options: RestoreOptions): Promise<void> {
  if (options.format !== SNAPSHOT_FORMAT) throw ErrSnapshot.wrap(`unknown snapshot format ${options.format}`);
  if (store.last.height !== 0n) throw ErrSnapshot.wrap('the state is not empty');
  const builders = new Map<string, TreeBuilder>();
  try {
    let builder: TreeBuilder | undefined;
    for await (const { item } of snapshotItems(options.chunks)) {
      // Extensions follow the stores; none of ours has any.
      if (item === undefined || item.case === 'extension' || item.case === 'extensionPayload') break;
      if (item.case === 'store') {
        const { name: storeName } = item.value;
        if (!store.trees.stores.has(storeName)) throw ErrSnapshot.wrap(`cannot import into non-IAVL store ${JSON.stringify(storeName)}`);
        if (builders.has(storeName)) throw ErrSnapshot.wrap(`store ${storeName} comes twice`);
        builder = new TreeBuilder(store.trees.nodes);
        builders.set(storeName, builder);
      } else if (builder === undefined) throw ErrSnapshot.wrap('received IAVL node item before store item');
      else addNode(builder, item.value, options.height);
    }
    const roots = new Map([...builders].map(([storeName, b]) => [storeName, b.finish()] as const));
    await store.install(options.height, roots, options.appHash);
  } catch (e) {
    const refused = e instanceof WireError || ErrSnapshot.is(e);
    if (refused) for (const b of builders.values()) b.discard();
    throw e instanceof WireError ? ErrSnapshot.wrap(e.message) : e;
  }
}

function addNode(builder: TreeBuilder, node: IavlItem, height: bigint): void {
  if (node.version < 0n || node.version > height) throw ErrSnapshot.wrap(`node version ${node.version} can't be greater than import version ${height}`);
  if (node.height < 0 || node.height > 127) throw ErrSnapshot.wrap(`node height ${node.height} cannot exceed 127`);
  if (node.height === 0) builder.leaf(node.key, node.value, Number(node.version));
  else builder.inner(node.height, Number(node.version));
}

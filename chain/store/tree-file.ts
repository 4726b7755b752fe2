// All trees of one height in one file, so that opening reads it in one go and replays only the change sets after it. Written beside the
// running chain from versions that are not changed any more, under another name first.
// File: frames of u32 length, u32 crc32c of the payload (little-endian), payload. First frame: byte 0 and JSON {format, height, nonces, stores:
// [{name, nodes}]}. Then per store frames of byte 1 and whole nodes in post-order: leaf = byte 0, version, key, value; inner = height byte,
// version; with nonces, each node's number follows. Last frame: byte 2. Numbers are uvarints, byte strings follow their length.
import { statSync } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32c } from '../crypto/crc32c.ts';
import { fromUtf8, utf8 } from '../encoding/bytes.ts';
import { Reader, WireError, Writer } from '../encoding/proto-wire.ts';
import { CorruptionError, DatabaseError } from './errors.ts';
import { TreeBuilder } from './iavl/build.ts';
import { HEIGHT_MASK, META, NODE_SHIFT, type NodeArena, SIZE, VERSION } from './iavl/node-arena.ts';
import { postOrder } from './iavl/post-order.ts';
import type { IavlTree } from './iavl/tree.ts';
import { checkSize, type FileCheck, PIECE_BYTES } from './leveldb/file-check.ts';
import type { StateTrees } from './state-trees.ts';

const FORMAT = 1;
const FRAME_BYTES = 1 << 18;
/** A frame holds whole nodes, so one large value makes a large frame. */
const FRAME_BYTES_MAX = 1 << 29;
const HEADER = 0;
const NODES = 1;
const END = 2;

interface FileHeader {
  readonly format: number;
  readonly height: number;
  readonly nonces: boolean;
  readonly stores: readonly { readonly name: string; readonly nodes: number }[];
}

function nodesUnder(nodes: NodeArena, root: number): number {
  if (root === 0) return 0;
  // A binary tree of n leaves has n - 1 inner nodes.
  return 2 * (nodes.words[(root << NODE_SHIFT) + SIZE] as number) - 1;
}

async function writeFrame(file: FileHandle, payload: Uint8Array): Promise<number> {
  const frame = new Uint8Array(8 + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32c(payload), true);
  frame.set(payload, 8);
  await file.write(frame);
  return frame.length;
}

function writeNode(w: Writer, tree: IavlTree, n: number): void {
  const nodes = tree.nodes;
  const at = n << NODE_SHIFT;
  const height = (nodes.words[at + META] as number) & HEIGHT_MASK;
  w.uint32(height).uint32((nodes.words[at + VERSION] as number) >>> 0);
  if (height === 0) w.bytes(nodes.key(n)).bytes(nodes.value(n));
  if (nodes.nonces !== undefined) w.uint32(nodes.nonces[n] as number);
}

/**
 * Writes the trees at `height`, which must stay in memory meanwhile. Gives way to other work after each frame. Returns the bytes written, or
 * undefined where `cancelled` became true; then no file is left.
 */
export async function writeTreeFile(path: string, height: number, trees: StateTrees, cancelled: () => boolean): Promise<number | undefined> {
  const stores = [...trees.stores].filter(([, s]) => s.tree.hasVersion(height)).map(([name, s]) => ({ name, tree: s.tree, root: s.tree.rootOf(height) ?? 0 }));
  const header: FileHeader = {
    format: FORMAT,
    height,
    nonces: trees.nodes.nonces !== undefined,
    stores: stores.map(({ name, root }) => ({ name, nodes: nodesUnder(trees.nodes, root) })),
  };
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w');
  let size = 0;
  try {
    size += await writeFrame(
      file,
      new Writer()
        .uint32(HEADER)
        .raw(utf8(JSON.stringify(header)))
        .finish(),
    );
    for (const { tree, root } of stores) {
      let w = new Writer(FRAME_BYTES + 4096).uint32(NODES);
      for (const n of postOrder(tree.nodes, root)) {
        writeNode(w, tree, n);
        if (w.length < FRAME_BYTES) continue;
        size += await writeFrame(file, w.finish());
        if (cancelled()) {
          await file.close();
          await rm(temporary, { force: true });
          return undefined;
        }
        w = new Writer(FRAME_BYTES + 4096).uint32(NODES);
      }
      if (w.length > 1) size += await writeFrame(file, w.finish());
    }
    size += await writeFrame(file, new Writer().uint32(END).finish());
    await file.sync();
  } catch (e) {
    await file.close();
    await rm(temporary, { force: true });
    throw new DatabaseError(path, 'cannot be written', { cause: e });
  }
  await file.close();
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync();
  await folder.close();
  return size;
}

function* frames(path: string, bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 8) throw new CorruptionError(path, 'it is cut short');
    const length = view.getUint32(at, true);
    if (length > FRAME_BYTES_MAX || length > bytes.length - at - 8) throw new CorruptionError(path, `a frame at byte ${at} is cut short`);
    const payload = bytes.subarray(at + 8, at + 8 + length);
    if (crc32c(payload) !== view.getUint32(at + 4, true)) throw new CorruptionError(path, `the checksum of the frame at byte ${at} does not match`);
    yield payload;
    at += 8 + length;
  }
}

function readHeader(r: Reader): FileHeader {
  let header: FileHeader;
  try {
    header = JSON.parse(fromUtf8(r.buf.subarray(r.pos))) as FileHeader;
    if (typeof header.format !== 'number') throw new TypeError('no format');
    if (header.format !== FORMAT) return header;
    const names = header.stores.map((s) => s.name);
    const whole = header.stores.every((s) => typeof s.name === 'string' && Number.isSafeInteger(s.nodes) && s.nodes >= 0);
    if (!whole || new Set(names).size < names.length || typeof header.nonces !== 'boolean') throw new TypeError('its fields are wrong');
  } catch (e) {
    throw new WireError(`the header cannot be read: ${(e as Error).message}`, r.pos);
  }
  return header;
}

/** Throws CorruptionError where the file is missing or has not so many bytes. */
export function checkTreeFileSize(path: string, bytes: number): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new CorruptionError(path, 'it is missing');
  checkSize(path, size, bytes);
}

/** Checks the frames of a file that is not read now; throws CorruptionError. */
export function* checkTreeFile(path: string, size: number): FileCheck {
  for (let at = 0; at < size; ) {
    if (size - at < 8) throw new CorruptionError(path, 'it is cut short');
    const head = yield { offset: at, length: 8 };
    const view = new DataView(head.buffer, head.byteOffset, 8);
    const end = at + 8 + view.getUint32(0, true);
    if (end > size) throw new CorruptionError(path, `a frame at byte ${at} is cut short`);
    let crc = 0;
    for (let from = at + 8; from < end; from += PIECE_BYTES) crc = crc32c(yield { offset: from, length: Math.min(PIECE_BYTES, end - from) }, crc);
    if (crc !== view.getUint32(4, true)) throw new CorruptionError(path, `the checksum of the frame at byte ${at} does not match`);
    at = end;
  }
}

/** Reads nodes of a frame into the builder. Returns how many. */
function readNodes(r: Reader, builder: TreeBuilder, withNonces: boolean): number {
  let count = 0;
  for (; !r.done(); count++) {
    const height = r.uint32();
    const version = r.uint32();
    const n = height === 0 ? builder.leaf(r.bytes(), r.bytes(), version) : builder.inner(height, version);
    // A mode that stores no nodes has no use for their numbers.
    if (withNonces) builder.setNonce(n, r.uint32());
  }
  return count;
}

/** Installs the trees of a file into `trees`, whose stores are empty. Throws CorruptionError naming the file. */
export async function readTreeFile(path: string, height: number, trees: StateTrees): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch (e) {
    if ((e as { code?: unknown }).code === 'ENOENT') throw new CorruptionError(path, 'it is missing');
    throw new DatabaseError(path, 'cannot be read', { cause: e });
  }
  try {
    const source = frames(path, bytes);
    const next = (kind: number): Reader => {
      const payload = source.next().value as Uint8Array | undefined;
      if (payload === undefined) throw new WireError('the end is missing', bytes.length);
      const r = new Reader(payload);
      if (r.uint32() !== kind) r.fail('a frame is out of order');
      return r;
    };
    const r = next(HEADER);
    const header = readHeader(r);
    if (header.format !== FORMAT) throw new DatabaseError(path, `has format ${header.format}; this version reads format ${FORMAT}`);
    if (header.height !== height) r.fail(`height ${header.height} instead of ${height}`);
    if (!header.nonces && trees.nodes.nonces !== undefined) r.fail('its nodes have no numbers');
    for (const { name, nodes } of header.stores) {
      const tree = trees.stores.get(name)?.tree;
      if (tree === undefined) throw new WireError(`unknown store ${name}`, 0);
      const builder = new TreeBuilder(trees.nodes);
      let read = 0;
      while (read < nodes) read += readNodes(next(NODES), builder, header.nonces);
      if (read !== nodes) throw new WireError(`${read} nodes of store ${name} instead of ${nodes}`, 0);
      tree.install(builder.finish(), height);
    }
    next(END);
    if (source.next().done !== true) throw new WireError('bytes after the end', bytes.length);
  } catch (e) {
    if (e instanceof WireError) throw new CorruptionError(path, e.message);
    throw e;
  }
}

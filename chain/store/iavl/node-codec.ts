// Nodes as IAVL v1 writes them to disk (iavl:node.go writeBytes, MakeNode). Not consensus: modes that keep history store nodes in this form.
// Leaf: zigzag(0) zigzag(1) key value. Inner: zigzag(height) zigzag(size) key hash zigzag(mode 0) and version and nonce of left and right child,
// zigzag. Byte strings follow their uvarint length. Key of a node: version in 8 bytes and nonce in 4, big-endian.
import { Reader, WireError, Writer } from '../../encoding/proto-wire.ts';

/** Names a node within a tree: the version that made it and its number there, from 1. */
export interface NodeKey {
  readonly version: number;
  readonly nonce: number;
}

export interface StoredLeaf {
  readonly height: 0;
  readonly size: 1;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface StoredInner {
  readonly height: number;
  readonly size: number;
  readonly key: Uint8Array;
  readonly hash: Uint8Array;
  readonly left: NodeKey;
  readonly right: NodeKey;
}

export type StoredNode = StoredLeaf | StoredInner;

export function writeNode(w: Writer, node: StoredNode): void {
  w.uint32(node.height * 2)
    .uint32(node.size * 2)
    .bytes(node.key);
  if ('value' in node) {
    w.bytes(node.value);
    return;
  }
  const { hash, left, right } = node;
  w.bytes(hash).uint32(0);
  w.uint32(left.version * 2).uint32(left.nonce * 2);
  w.uint32(right.version * 2).uint32(right.nonce * 2);
}

export function encodeNode(node: StoredNode): Uint8Array {
  const w = new Writer(128);
  writeNode(w, node);
  return w.finish();
}

function whole(r: Reader): number {
  const n = r.sint64();
  if (n < 0n || n > 0xffff_ffffn) r.fail(`number ${n} out of range`);
  return Number(n);
}

/** Throws WireError. Byte strings are copies. */
export function decodeNode(bytes: Uint8Array): StoredNode {
  const r = new Reader(bytes);
  const height = whole(r);
  const size = whole(r);
  const key = r.bytes().slice();
  let node: StoredNode;
  if (height === 0) {
    if (size !== 1) r.fail(`leaf of size ${size}`);
    node = { height: 0, size: 1, key, value: r.bytes().slice() };
  } else {
    if (height > 127) r.fail(`height ${height} out of range`);
    const hash = r.bytes().slice();
    if (hash.length !== 32) r.fail(`hash of ${hash.length} bytes`);
    if (whole(r) !== 0) r.fail('node of the format before IAVL v1');
    node = { height, size, key, hash, left: { version: whole(r), nonce: whole(r) }, right: { version: whole(r), nonce: whole(r) } };
  }
  if (!r.done()) throw new WireError('bytes after the node', r.pos);
  return node;
}

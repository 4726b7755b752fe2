// Keys of the state database: one byte for the kind, then a height in 8 bytes, big-endian, so that heights are in order.
import { fromUtf8, utf8 } from '../encoding/bytes.ts';

export const KIND = {
  /** Which stores there are and how they are kept: JSON. */
  meta: 'm',
  /** The last height, 8 bytes. */
  last: 'h',
  /** Change set of a height. */
  changes: 'c',
  /** Commit info of a height. */
  info: 'i',
  /** A whole tree file of a height: JSON. */
  treeFile: 's',
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

export function kindKey(kind: Kind): Uint8Array {
  return utf8(kind);
}

export function heightKey(kind: Kind, height: number): Uint8Array {
  const key = new Uint8Array(9);
  key[0] = kind.charCodeAt(0);
  new DataView(key.buffer).setBigUint64(1, BigInt(height));
  return key;
}

/** The height in a key of `heightKey`. */
export function keyHeight(key: Uint8Array): number {
  return Number(new DataView(key.buffer, key.byteOffset, key.length).getBigUint64(1));
}

export function encodeHeight(height: number): Uint8Array {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigUint64(0, BigInt(height));
  return b;
}

export function decodeHeight(b: Uint8Array): number {
  return Number(new DataView(b.buffer, b.byteOffset, b.length).getBigUint64(0));
}

export function encodeJson(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

export function decodeJson(b: Uint8Array): unknown {
  return JSON.parse(fromUtf8(b));
}

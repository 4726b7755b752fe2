// Value codecs: how typed values become bytes in state. Byte-exact with the reference's codecs (sdk:codec/collections.go,
// types/collections.go, collections/codec). Decoded values are read-only: one value may be shared by many readers.

import { fromUtf8, utf8 } from '../../encoding/bytes.ts';
import type { Codec } from '../../encoding/codec.ts';
import { Reader, VARINT, Writer } from '../../encoding/proto-wire.ts';
import { Int } from '../math/int.ts';
import { encodeKey, type KeyCodec } from './key-codec.ts';

export interface ValueCodec<V> {
  encode(value: V): Uint8Array;
  /** Throws on malformed bytes. */
  decode(b: Uint8Array): V;
}

/** Values that a codec remembers: those of one transaction and the parameters. */
const REMEMBERED = 8;

/**
 * Remembers what the bytes used last decode to, by the identity of the byte array: a store's cache layer gives out one array for one
 * value, so a value read many times by a transaction is decoded once. Neither the bytes nor the value may be written to.
 */
export function remembered<V extends object>(inner: ValueCodec<V>): ValueCodec<V> {
  // A few places searched in line: a WeakMap of as many entries as a block has reads costs the garbage collector more than decoding.
  const arrays: (Uint8Array | undefined)[] = new Array(REMEMBERED).fill(undefined);
  const values: (V | undefined)[] = new Array(REMEMBERED).fill(undefined);
  let next = 0;
  const keep = (b: Uint8Array, v: V): void => {
    arrays[next] = b;
    values[next] = v;
    next = (next + 1) % REMEMBERED;
  };
  return {
    encode: (value) => {
      const b = inner.encode(value);
      keep(b, value);
      return b;
    },
    decode: (b) => {
      const at = arrays.indexOf(b);
      if (at >= 0) return values[at] as V;
      const v = inner.decode(b);
      keep(b, v);
      return v;
    },
  };
}

/** A protobuf message. */
export function protoValue<T extends object>(codec: Codec<T>): ValueCodec<T> {
  return remembered({ encode: (m) => codec.encode(m), decode: (b) => codec.decode(b) });
}

function asciiBytes(s: string): Uint8Array {
  const out = new Uint8Array(s.length);
  for (let i = 0; i < s.length; i++) out[i] = s.charCodeAt(i);
  return out;
}

/** math.Int: decimal text. */
export const intValue: ValueCodec<bigint> = {
  encode: (n) => asciiBytes(n.toString()),
  decode: (b) => Int.fromWire(fromUtf8(b)),
};

/** Eight bytes, big-endian: collections.Uint64Value. */
export const uint64Value: ValueCodec<bigint> = {
  encode: (n) => {
    const out = new Uint8Array(8);
    new DataView(out.buffer).setBigUint64(0, n);
    return out;
  },
  decode: (b) => {
    if (b.length !== 8) throw new RangeError(`collections: uint64 value of ${b.length} bytes`);
    return new DataView(b.buffer, b.byteOffset, 8).getBigUint64(0);
  },
};

/** google.protobuf.BoolValue: two bytes for true, none for false. */
export const boolValue: ValueCodec<boolean> = {
  encode: (v) => (v ? new Writer(2).tag(1, VARINT).uint32(1).finish() : new Uint8Array(0)),
  decode: (b) => {
    const r = new Reader(b);
    let v = false;
    while (!r.done()) {
      const tag = r.tag();
      if (tag === 8) v = r.bool();
      else r.skip(tag & 7);
    }
    return v;
  },
};

export const stringValue: ValueCodec<string> = { encode: utf8, decode: fromUtf8 };
export const bytesValue: ValueCodec<Uint8Array> = { encode: (b) => b, decode: (b) => b };

/** A key as a value: its terminal form. */
export function keyValue<K>(codec: KeyCodec<K>): ValueCodec<K> {
  return { encode: (k) => encodeKey(codec, k), decode: (b) => codec.read(b, 0).key };
}

const EMPTY = new Uint8Array(0);
/** The value of a set's key: empty. What is there is not looked at: old entries hold a zero byte. */
export const noValue: ValueCodec<null> = { encode: () => EMPTY, decode: () => null };

// Key codecs: how typed keys become ordered bytes. Two forms: terminal (last in a key) and non-terminal (followed by another part).
// Byte-exact with cosmossdk.io/collections v1.2.1 codec/*.go and sdk:types/collections.go.
import { fromUtf8, utf8 } from '../../encoding/bytes.ts';

export interface KeyCodec<K> {
  size(key: K): number;
  /** Writes at `at` and gives the position after. */
  write(out: Uint8Array, at: number, key: K): number;
  /** Reads from `at` to the end of `b`; gives the position after in `end`. Throws on malformed bytes. */
  read(b: Uint8Array, at: number): { readonly key: K; readonly end: number };
  sizeNonTerminal(key: K): number;
  writeNonTerminal(out: Uint8Array, at: number, key: K): number;
  readNonTerminal(b: Uint8Array, at: number): { readonly key: K; readonly end: number };
}

function need(b: Uint8Array, at: number, n: number): void {
  if (b.length - at < n) throw new RangeError(`collections: key has ${b.length - at} bytes left, ${n} needed`);
}

/** At most 255 bytes where another part follows: length byte, then the bytes. */
export const bytesKey: KeyCodec<Uint8Array> = {
  size: (k) => k.length,
  write: (out, at, k) => {
    out.set(k, at);
    return at + k.length;
  },
  read: (b, at) => ({ key: b.subarray(at), end: b.length }),
  sizeNonTerminal: (k) => k.length + 1,
  writeNonTerminal: (out, at, k) => {
    if (k.length > 255) throw new RangeError(`collections: key part of ${k.length} bytes, at most 255`);
    out[at] = k.length;
    out.set(k, at + 1);
    return at + 1 + k.length;
  },
  readNonTerminal: (b, at) => {
    need(b, at, 1);
    const n = b[at] as number;
    need(b, at + 1, n);
    return { key: b.subarray(at + 1, at + 1 + n), end: at + 1 + n };
  },
};

/** Length-prefixed even as the last part: the form of old indexes (sdk LengthPrefixedAddressKey). */
export const lengthPrefixedBytesKey: KeyCodec<Uint8Array> = {
  ...bytesKey,
  size: bytesKey.sizeNonTerminal,
  write: bytesKey.writeNonTerminal,
  read: bytesKey.readNonTerminal,
};

function isAscii(s: string): boolean {
  for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) > 127) return false;
  return true;
}

function writeText(out: Uint8Array, at: number, s: string): number {
  if (!isAscii(s)) {
    const b = utf8(s);
    out.set(b, at);
    return at + b.length;
  }
  for (let i = 0; i < s.length; i++) out[at + i] = s.charCodeAt(i);
  return at + s.length;
}

const textSize = (s: string): number => (isAscii(s) ? s.length : utf8(s).length);

/** UTF-8; ended by a zero byte where another part follows. */
export const stringKey: KeyCodec<string> = {
  size: textSize,
  write: writeText,
  read: (b, at) => ({ key: fromUtf8(b.subarray(at)), end: b.length }),
  sizeNonTerminal: (s) => textSize(s) + 1,
  writeNonTerminal: (out, at, s) => {
    if (s.includes('\0')) throw new RangeError('collections: a text key followed by another part may not hold a zero byte');
    const end = writeText(out, at, s);
    out[end] = 0;
    return end + 1;
  },
  readNonTerminal: (b, at) => {
    const end = b.indexOf(0, at);
    if (end < 0) throw new RangeError('collections: text key without its end');
    return { key: fromUtf8(b.subarray(at, end)), end: end + 1 };
  },
};

/** A codec whose terminal and non-terminal forms are the same `n` bytes. */
function fixed<K>(n: number, put: (out: Uint8Array, at: number, k: K) => void, get: (b: Uint8Array, at: number) => K): KeyCodec<K> {
  const write = (out: Uint8Array, at: number, k: K): number => {
    put(out, at, k);
    return at + n;
  };
  const read = (b: Uint8Array, at: number): { key: K; end: number } => {
    need(b, at, n);
    return { key: get(b, at), end: at + n };
  };
  return { size: () => n, write, read, sizeNonTerminal: () => n, writeNonTerminal: write, readNonTerminal: read };
}

// 64-bit keys pass through this one place: a view on each array would cost more than the bytes.
const scratch = new DataView(new ArrayBuffer(8));

function put64(out: Uint8Array, at: number, k: bigint): void {
  scratch.setBigUint64(0, k);
  for (let i = 0; i < 8; i++) out[at + i] = scratch.getUint8(i);
}

function get64(b: Uint8Array, at: number): bigint {
  for (let i = 0; i < 8; i++) scratch.setUint8(i, b[at + i] as number);
  return scratch.getBigUint64(0);
}

/** Big-endian. */
export const uint64Key: KeyCodec<bigint> = fixed(8, put64, get64);
/** The lowest byte first: keys of older modules, whose order is not the numbers'. */
export const uint64LittleEndianKey: KeyCodec<bigint> = fixed(
  8,
  (out, at, k) => {
    scratch.setBigUint64(0, k, true);
    for (let i = 0; i < 8; i++) out[at + i] = scratch.getUint8(i);
  },
  (b, at) => {
    for (let i = 0; i < 8; i++) scratch.setUint8(i, b[at + i] as number);
    return scratch.getBigUint64(0, true);
  },
);
export const uint16Key: KeyCodec<number> = fixed(
  2,
  (out, at, k) => {
    out[at] = k >>> 8;
    out[at + 1] = k;
  },
  (b, at) => ((b[at] as number) << 8) | (b[at + 1] as number),
);
export const uint32Key: KeyCodec<number> = fixed(
  4,
  (out, at, k) => {
    for (let i = 0; i < 4; i++) out[at + i] = k >>> (24 - 8 * i);
  },
  (b, at) => (((b[at] as number) << 24) | ((b[at + 1] as number) << 16) | ((b[at + 2] as number) << 8) | (b[at + 3] as number)) >>> 0,
);
/** Big-endian with the sign bit flipped, so that byte order is numeric order. */
export const int64Key: KeyCodec<bigint> = fixed(
  8,
  (out, at, k) => {
    put64(out, at, k);
    out[at] = (out[at] as number) ^ 128;
  },
  (b, at) => BigInt.asIntN(64, get64(b, at) ^ (1n << 63n)),
);
export const boolKey: KeyCodec<boolean> = fixed(
  1,
  (out, at, k) => {
    out[at] = k ? 1 : 0;
  },
  (b, at) => {
    const v = b[at] as number;
    if (v > 1) throw new RangeError(`collections: invalid bool key ${v}`);
    return v === 1;
  },
);

export type Pair<A, B> = readonly [A, B];
export type Triple<A, B, C> = readonly [A, B, C];

/** A key of two parts: first non-terminal, second terminal. */
export function pairKey<A, B>(a: KeyCodec<A>, b: KeyCodec<B>): KeyCodec<Pair<A, B>> & { prefix(first: A): Uint8Array } {
  return {
    size: (k) => a.sizeNonTerminal(k[0]) + b.size(k[1]),
    write: (out, at, k) => b.write(out, a.writeNonTerminal(out, at, k[0]), k[1]),
    read: (buf, at) => {
      const x = a.readNonTerminal(buf, at);
      const y = b.read(buf, x.end);
      return { key: [x.key, y.key], end: y.end };
    },
    sizeNonTerminal: (k) => a.sizeNonTerminal(k[0]) + b.sizeNonTerminal(k[1]),
    writeNonTerminal: (out, at, k) => b.writeNonTerminal(out, a.writeNonTerminal(out, at, k[0]), k[1]),
    readNonTerminal: (buf, at) => {
      const x = a.readNonTerminal(buf, at);
      const y = b.readNonTerminal(buf, x.end);
      return { key: [x.key, y.key], end: y.end };
    },
    prefix: (first) => {
      const out = new Uint8Array(a.sizeNonTerminal(first));
      a.writeNonTerminal(out, 0, first);
      return out;
    },
  };
}

/** A key of three parts; `prefix` takes the first, or the first and second. */
export function tripleKey<A, B, C>(a: KeyCodec<A>, b: KeyCodec<B>, c: KeyCodec<C>): KeyCodec<Triple<A, B, C>> & { prefix(first: A, second?: B): Uint8Array } {
  const rest = pairKey(b, c);
  const nested = pairKey(a, rest);
  const flat = (r: { readonly key: Pair<A, Pair<B, C>>; readonly end: number }): { key: Triple<A, B, C>; end: number } => ({
    key: [r.key[0], r.key[1][0], r.key[1][1]],
    end: r.end,
  });
  const deep = (k: Triple<A, B, C>): Pair<A, Pair<B, C>> => [k[0], [k[1], k[2]]];
  return {
    size: (k) => nested.size(deep(k)),
    write: (out, at, k) => nested.write(out, at, deep(k)),
    read: (buf, at) => flat(nested.read(buf, at)),
    sizeNonTerminal: (k) => nested.sizeNonTerminal(deep(k)),
    writeNonTerminal: (out, at, k) => nested.writeNonTerminal(out, at, deep(k)),
    readNonTerminal: (buf, at) => flat(nested.readNonTerminal(buf, at)),
    prefix: (first, second) => {
      const head = nested.prefix(first);
      if (second === undefined) return head;
      const out = new Uint8Array(head.length + b.sizeNonTerminal(second));
      out.set(head);
      b.writeNonTerminal(out, head.length, second);
      return out;
    },
  };
}

/** The terminal form alone. */
export function encodeKey<K>(codec: KeyCodec<K>, key: K): Uint8Array {
  const out = new Uint8Array(codec.size(key));
  codec.write(out, 0, key);
  return out;
}

/** Throws where bytes are left over. */
export function decodeKey<K>(codec: KeyCodec<K>, b: Uint8Array, at = 0): K {
  const r = codec.read(b, at);
  if (r.end !== b.length) throw new RangeError(`collections: ${b.length - r.end} bytes left after a key`);
  return r.key;
}

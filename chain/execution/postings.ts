// Entries of the index. For each value that events of a block carry: which attribute of which event carries it. A value is kept as a keyed
// 64-bit hash, the text is in the stored results. Attributes of one transaction mostly share a few values, so entries go by value, not by
// attribute. Key: kind, value hash (8), height (5). Value: groups of an attribute's number, the number of its places and the places, as
// varints; a place is the difference of the transaction's index to the place before and the event's index in its transaction.
import { Reader, Writer } from '../encoding/proto-wire.ts';

const KEY_BYTES = 14;
const HEIGHT_AT = 9;
export const HEIGHT_MAX = (1n << 40n) - 1n;

/** Events of transactions, or of blocks. */
export type PostingKind = 'x' | 'b';

export interface EventPlace {
  /** Index of the transaction; 0 for events of the block itself. */
  readonly tx: number;
  readonly event: number;
}

/** Numbers in threes: attribute, transaction, event. */
export type Triples = number[];

/**
 * 64 bits that somebody who does not know the seed cannot steer: two lanes of multiply and rotate over the UTF-16 units, seeded apart, with
 * the finish of MurmurHash3. The seed is drawn once for a database.
 */
export function valueHash(value: string, seed: readonly [number, number]): readonly [number, number] {
  let a = seed[0] ^ value.length;
  let b = seed[1] + value.length;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    a = Math.imul(a ^ c, 0x85ebca6b);
    a = ((a << 13) | (a >>> 19)) + b;
    b = Math.imul(b ^ c, 0xc2b2ae35);
    b = ((b << 17) | (b >>> 15)) ^ a;
  }
  a ^= b >>> 16;
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16) ^ a, 0x85ebca6b);
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  return [(a ^ (a >>> 16)) >>> 0, (b ^ (b >>> 16)) >>> 0];
}

export function postingKey(kind: PostingKind, hash: readonly [number, number], height: bigint): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  const view = new DataView(key.buffer);
  key[0] = kind.charCodeAt(0);
  view.setUint32(1, hash[0]);
  view.setUint32(5, hash[1]);
  const h = Number(height > HEIGHT_MAX ? HEIGHT_MAX : height);
  key[HEIGHT_AT] = Math.floor(h / 4_294_967_296);
  view.setUint32(HEIGHT_AT + 1, h % 4_294_967_296);
  return key;
}

export function heightOfKey(key: Uint8Array): bigint {
  const view = new DataView(key.buffer, key.byteOffset);
  return (BigInt(view.getUint8(HEIGHT_AT)) << 32n) | BigInt(view.getUint32(HEIGHT_AT + 1));
}

/** One writer for all postings: its buffer is used again. */
export function encodePosting(triples: Triples): Uint8Array {
  const w = new Writer(16);
  if (triples.length === 3) {
    return w
      .uint32(triples[0] as number)
      .uint32(1)
      .uint32(triples[1] as number)
      .uint32(triples[2] as number)
      .finish();
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < triples.length; i += 3) {
    const tag = triples[i] as number;
    let places = groups.get(tag);
    if (places === undefined) {
      places = [];
      groups.set(tag, places);
    }
    places.push(triples[i + 1] as number, triples[i + 2] as number);
  }
  for (const [tag, places] of groups) {
    w.uint32(tag).uint32(places.length / 2);
    let last = 0;
    for (let i = 0; i < places.length; i += 2) {
      const tx = places[i] as number;
      w.uint32(tx - last).uint32(places[i + 1] as number);
      last = tx;
    }
  }
  return w.finish();
}

/** The places of one attribute. Throws WireError on bytes that are no posting. */
export function decodePosting(value: Uint8Array, tag: number): readonly EventPlace[] {
  const r = new Reader(value);
  const out: EventPlace[] = [];
  while (!r.done()) {
    const wanted = r.uint32() === tag;
    const count = r.uint32();
    let tx = 0;
    for (let i = 0; i < count; i++) {
      tx += r.uint32();
      const event = r.uint32();
      if (wanted) out.push({ tx, event });
    }
  }
  return out;
}

/** The attributes that occur in a block: numbers ascending, as differences. */
export function encodeTags(tags: Iterable<number>): Uint8Array {
  const w = new Writer(32);
  let last = 0;
  for (const t of [...tags].sort((a, b) => a - b)) {
    w.uint32(t - last);
    last = t;
  }
  return w.finish();
}

export function hasTag(value: Uint8Array, tag: number): boolean {
  const r = new Reader(value);
  let t = 0;
  while (!r.done()) {
    t += r.uint32();
    if (t === tag) return true;
  }
  return false;
}

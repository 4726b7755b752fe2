// Entries of the index: for each tag and value of a block, which events carry it. A value is kept as 8 bytes of its SHA-256; the text is in
// the stored results. Key: kind, tag number (2), value hash (8), height (5); value: pairs of varints, difference of the transaction's index
// to the pair before and the event's index in its transaction.
import { sha256 } from '../crypto/sha256.ts';
import { utf8 } from '../encoding/bytes.ts';
import { Reader, Writer } from '../encoding/proto-wire.ts';

export const VALUE_HASH_BYTES = 8;
const KEY_BYTES = 16;
const HEIGHT_AT = 11;
export const HEIGHT_MAX = (1n << 40n) - 1n;

export type PostingKind = 'x' | 'b';

export interface EventPlace {
  /** Index of the transaction; 0 for events of the block itself. */
  readonly tx: number;
  readonly event: number;
}

export interface Posting {
  readonly height: bigint;
  readonly places: readonly EventPlace[];
}

export function valueHash(value: string): Uint8Array {
  return sha256(utf8(value)).subarray(0, VALUE_HASH_BYTES);
}

function putHeight(key: Uint8Array, height: bigint): void {
  const h = height > HEIGHT_MAX ? HEIGHT_MAX : height;
  const view = new DataView(key.buffer, key.byteOffset);
  view.setUint8(HEIGHT_AT, Number(h >> 32n));
  view.setUint32(HEIGHT_AT + 1, Number(h & 0xffffffffn));
}

export function postingKey(kind: PostingKind, tag: number, hash: Uint8Array, height: bigint): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  key[0] = kind.charCodeAt(0);
  key[1] = tag >> 8;
  key[2] = tag & 255;
  key.set(hash, 3);
  putHeight(key, height);
  return key;
}

/** All values of a tag. */
export function tagRange(kind: PostingKind, tag: number): { readonly start: Uint8Array; readonly end: Uint8Array } {
  const start = new Uint8Array([kind.charCodeAt(0), tag >> 8, tag & 255]);
  const next = tag + 1;
  const end = next > 0xffff ? new Uint8Array([kind.charCodeAt(0) + 1]) : new Uint8Array([kind.charCodeAt(0), next >> 8, next & 255]);
  return { start, end };
}

export function heightOfKey(key: Uint8Array): bigint {
  const view = new DataView(key.buffer, key.byteOffset);
  return (BigInt(view.getUint8(HEIGHT_AT)) << 32n) | BigInt(view.getUint32(HEIGHT_AT + 1));
}

/** Collects the places of one posting, in order. */
export class PostingWriter {
  readonly #w = new Writer(8);
  #last = 0;

  add(place: EventPlace): void {
    this.#w.uint32(place.tx - this.#last).uint32(place.event);
    this.#last = place.tx;
  }

  finish(): Uint8Array {
    return this.#w.finish();
  }
}

/** Throws WireError on bytes that are none. */
export function decodePlaces(value: Uint8Array): readonly EventPlace[] {
  const r = new Reader(value);
  const out: EventPlace[] = [];
  let tx = 0;
  while (!r.done()) {
    tx += r.uint32();
    out.push({ tx, event: r.uint32() });
  }
  return out;
}

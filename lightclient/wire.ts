// Protobuf fields as they come, for the few messages that a light client reads. Throws LightError `proof` for bytes that are no message.
import { fromUtf8 } from '../chain/encoding/bytes.ts';
import { LightError } from './errors.ts';

const end = (): never => {
  throw new LightError('proof', 'bytes that are no message');
};

/** Bytes read from the front. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let n = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const c = this.#bytes[this.#at++] ?? end();
      n |= BigInt(c & 127) << shift;
      if (c < 128) return BigInt.asUintN(64, n);
    }
    return end();
  }

  /** A view. */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) end();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** Scalars are bigint, everything with a length is bytes (views). */
export function* fields(b: Uint8Array): Generator<readonly [no: number, value: bigint | Uint8Array]> {
  const c = new Cursor(b);
  while (!c.done) {
    const tag = Number(c.varint());
    const no = Math.floor(tag / 8);
    if (no < 1) end();
    if (tag % 8 === 0) yield [no, c.varint()];
    else if (tag % 8 === 2) yield [no, c.take(Number(c.varint()))];
    else end();
  }
}

export const asBytes = (v: bigint | Uint8Array): Uint8Array => {
  if (typeof v === 'bigint') throw new LightError('proof', 'a number where bytes belong');
  return v;
};

export const asNumber = (v: bigint | Uint8Array): number => {
  if (typeof v !== 'bigint') throw new LightError('proof', 'bytes where a number belongs');
  return Number(v);
};

export const asText = (v: bigint | Uint8Array): string => {
  try {
    return fromUtf8(asBytes(v));
  } catch {
    throw new LightError('proof', 'bytes that are no text');
  }
};

// Protobuf fields as they come, for the few messages that a light client reads. Throws LightError `proof` for bytes that are no message.
import { fromUtf8 } from '../chain/encoding/bytes.ts';
import { LightError } from './errors.ts';

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

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

const asInteger = (v: bigint | Uint8Array): bigint => {
  if (typeof v !== 'bigint') throw new LightError('proof', 'bytes where a number belongs');
  return v;
};

/** A message's fields by their numbers; of one that is not repeated the last counts, and one that is not there is empty or zero. */
export function message(b: Uint8Array) {
  const f = new Map<number, (bigint | Uint8Array)[]>();
  for (const [no, v] of fields(b)) {
    const before = f.get(no);
    if (before === undefined) f.set(no, [v]);
    else before.push(v);
  }
  const bytes = (no: number, absent = EMPTY): Uint8Array => asBytes(f.get(no)?.at(-1) ?? absent);
  const int64 = (no: number): bigint => BigInt.asIntN(64, asInteger(f.get(no)?.at(-1) ?? 0n));
  return {
    all: (no: number): readonly Uint8Array[] => (f.get(no) ?? []).map(asBytes),
    bytes,
    int64,
    number: (no: number): number => Number(int64(no)),
    /** An embedded message; undefined where it is not there. */
    one: <T>(no: number, read: (b: Uint8Array) => T): T | undefined => (f.has(no) ? read(bytes(no)) : undefined),
  };
}

export const asText = (v: bigint | Uint8Array): string => {
  try {
    return fromUtf8(asBytes(v));
  } catch {
    throw new LightError('proof', 'bytes that are no text');
  }
};

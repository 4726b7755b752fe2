// Bit arrays by which peers say which votes and parts they have (cmt:libs/bits). Strict (F-7): a decoded array has exactly the words that
// its number of bits needs. Bits beyond the size are always 0.
import { type Codec, int64, message, repeatedScalar, scalars } from '../encoding/codec.ts';
import { TypesError } from './errors.ts';
import { mapped } from './mapped.ts';

/** Bits of the largest array that is decoded: above any number of validators or block parts. */
export const BIT_ARRAY_BITS_MAX = 1 << 20;

function popcount(x: number): number {
  let v = x - ((x >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

export class BitArray {
  readonly size: number;
  readonly #words: Uint32Array;

  constructor(size: number) {
    if (!Number.isInteger(size) || size < 0 || size > BIT_ARRAY_BITS_MAX)
      throw new TypesError('bit-array', `bit array of ${size} bits (max: ${BIT_ARRAY_BITS_MAX})`);
    this.size = size;
    this.#words = new Uint32Array(2 * Math.ceil(size / 64));
  }

  static from(size: number, bit: (i: number) => boolean): BitArray {
    const a = new BitArray(size);
    for (let i = 0; i < size; i++) if (bit(i)) a.set(i, true);
    return a;
  }

  /** Little-endian 64-bit words, as on the wire. Bits beyond `size` are dropped. */
  static fromElems(size: number, elems: readonly bigint[]): BitArray {
    const a = new BitArray(size);
    if (elems.length !== Math.ceil(size / 64)) {
      throw new TypesError('bit-array', `${size} bits need ${Math.ceil(size / 64)} elements, got ${elems.length}`);
    }
    for (const [i, e] of elems.entries()) {
      a.#words[2 * i] = Number(e & 0xffffffffn);
      a.#words[2 * i + 1] = Number((e >> 32n) & 0xffffffffn);
    }
    a.#clearTail();
    return a;
  }

  get(i: number): boolean {
    return i >= 0 && i < this.size && (((this.#words[i >>> 5] as number) >>> (i & 31)) & 1) === 1;
  }

  /** False outside the array, which then stays as it is. */
  set(i: number, v: boolean): boolean {
    if (!(i >= 0 && i < this.size)) return false;
    const w = i >>> 5;
    const bit = 1 << (i & 31);
    this.#words[w] = v ? (this.#words[w] as number) | bit : (this.#words[w] as number) & ~bit;
    return true;
  }

  copy(): BitArray {
    return this.#resized(this.size);
  }

  /** As long as the longer one. */
  or(o: BitArray): BitArray {
    const c = this.#resized(Math.max(this.size, o.size));
    for (let i = 0; i < o.#words.length; i++) c.#words[i] = (c.#words[i] as number) | (o.#words[i] as number);
    return c;
  }

  /** As long as the shorter one. */
  and(o: BitArray): BitArray {
    const c = this.#resized(Math.min(this.size, o.size));
    for (let i = 0; i < c.#words.length; i++) c.#words[i] = (c.#words[i] as number) & (o.#words[i] as number);
    return c;
  }

  not(): BitArray {
    const c = this.copy();
    for (let i = 0; i < c.#words.length; i++) c.#words[i] = ~(c.#words[i] as number);
    c.#clearTail();
    return c;
  }

  /** What is set here and not in `o`; as long as this one. */
  sub(o: BitArray): BitArray {
    const c = this.copy();
    const n = Math.min(c.#words.length, o.#words.length);
    for (let i = 0; i < n; i++) c.#words[i] = (c.#words[i] as number) & ~(o.#words[i] as number);
    return c;
  }

  /** Number of bits set. */
  count(): number {
    let n = 0;
    for (const w of this.#words) n += popcount(w);
    return n;
  }

  isEmpty(): boolean {
    return this.#words.every((w) => w === 0);
  }

  isFull(): boolean {
    return this.count() === this.size;
  }

  /** Index of the n-th set bit, counted from 0: with a random n below count(), a random set bit. */
  nth(n: number): number | undefined {
    let rest = n;
    for (const [w, word] of this.#words.entries()) {
      const here = popcount(word);
      if (rest >= here) {
        rest -= here;
        continue;
      }
      for (let b = 0; b < 32; b++) if ((word >>> b) & 1 && rest-- === 0) return 32 * w + b;
    }
    return undefined;
  }

  equals(o: BitArray): boolean {
    return this.size === o.size && this.#words.every((w, i) => w === o.#words[i]);
  }

  elems(): bigint[] {
    const out: bigint[] = [];
    for (let i = 0; i < this.#words.length; i += 2) out.push((BigInt(this.#words[i + 1] as number) << 32n) | BigInt(this.#words[i] as number));
    return out;
  }

  /** CometBFT's JSON: x for a set bit, _ for another. */
  toString(): string {
    let s = '';
    for (let i = 0; i < this.size; i++) s += this.get(i) ? 'x' : '_';
    return s;
  }

  static parse(s: string): BitArray {
    if (!/^[_x]*$/.test(s)) throw new TypesError('bit-array', `bit array is not a string of _ and x: ${JSON.stringify(s.slice(0, 64))}`);
    return BitArray.from(s.length, (i) => s[i] === 'x');
  }

  #resized(size: number): BitArray {
    const c = new BitArray(size);
    c.#words.set(this.#words.subarray(0, c.#words.length));
    c.#clearTail();
    return c;
  }

  #clearTail(): void {
    for (let w = this.size >>> 5; w < this.#words.length; w++) {
      const keep = this.size - 32 * w;
      if (keep <= 0) this.#words[w] = 0;
      else if (keep < 32) this.#words[w] = (this.#words[w] as number) & ((1 << keep) - 1);
    }
  }
}

interface BitArrayMessage {
  readonly bits: bigint;
  readonly elems: readonly bigint[];
}

const wireCodec: Codec<BitArrayMessage> = message('tendermint.libs.bits.BitArray', { bits: int64(1), elems: repeatedScalar(2, scalars.uint64) });

export const bitArrayCodec: Codec<BitArray> = mapped(
  wireCodec,
  (w) => {
    if (w.bits < 0n || w.bits > BigInt(BIT_ARRAY_BITS_MAX)) throw new TypesError('bit-array', `bit array of ${w.bits} bits (max: ${BIT_ARRAY_BITS_MAX})`);
    return BitArray.fromElems(Number(w.bits), w.elems);
  },
  (a) => ({ bits: BigInt(a.size), elems: a.elems() }),
);

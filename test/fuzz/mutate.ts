// Deterministic mutations of byte strings: the same seed gives the same inputs, so that a failing one can be found again.

/** xorshift128 over 32-bit words (Marsaglia 2003). */
export class Random {
  #s: [number, number, number, number];

  constructor(seed: number) {
    this.#s = [seed | 0 || 1, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
    for (let i = 0; i < 16; i++) this.next();
  }

  /** An unsigned 32-bit word. */
  next(): number {
    const s = this.#s;
    let t = s[3];
    t ^= t << 11;
    t ^= t >>> 8;
    s[3] = s[2];
    s[2] = s[1];
    s[1] = s[0];
    s[0] = t ^ s[0] ^ (s[0] >>> 19);
    return s[0] >>> 0;
  }

  /** In [0, n). */
  below(n: number): number {
    return n <= 1 ? 0 : this.next() % n;
  }

  bytes(n: number): Uint8Array {
    const out = new Uint8Array(n);
    for (let i = 0; i < n; i++) out[i] = this.next();
    return out;
  }
}

// Lengths, tags and varints at their borders find more than random bytes do.
const INTERESTING: readonly (readonly number[])[] = [
  [0],
  [0x7f],
  [0x80],
  [0xff],
  [0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 0, 0, 0, 0, 0x80],
  [0x22],
  [0x5c, 0x75, 0x64, 0x38, 0x30, 0x30],
  [0x5b, 0x5b, 0x5b, 0x5b],
  [0x7b, 0x22],
  [0x2d, 0x31],
  [0x31, 0x65, 0x39, 0x39, 0x39],
];

function splice(input: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const out = new Uint8Array(input.length - remove + insert.length);
  out.set(input.subarray(0, at));
  out.set(insert, at);
  out.set(input.subarray(at + remove), at + insert.length);
  return out;
}

function once(random: Random, input: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.below(input.length + 1);
  const run = random.below(Math.min(32, input.length - at + 1));
  switch (random.below(9)) {
    case 0: {
      if (input.length === 0) return random.bytes(1);
      const out = input.slice();
      const i = random.below(out.length);
      out[i] = (out[i] as number) ^ (1 << random.below(8));
      return out;
    }
    case 1: {
      if (input.length === 0) return random.bytes(1);
      const out = input.slice();
      const i = random.below(out.length);
      out[i] = (out[i] as number) + (random.below(2) === 0 ? 1 : -1);
      return out;
    }
    case 2:
      return splice(input, at, run, new Uint8Array(0));
    case 3:
      return splice(input, at, 0, random.bytes(1 + random.below(8)));
    case 4:
      return splice(input, at, random.below(2) * run, Uint8Array.from(INTERESTING[random.below(INTERESTING.length)] as readonly number[]));
    case 5:
      return input.slice(0, at);
    case 6:
      return splice(input, at, 0, input.subarray(at, at + run));
    case 7: {
      const from = random.below(other.length + 1);
      return splice(input, at, run, other.subarray(from, from + random.below(64)));
    }
    default: {
      // The same part many times over: depth and counts.
      const part = input.subarray(at, at + Math.max(1, run));
      const times = 1 + random.below(64);
      const many = new Uint8Array(part.length * times);
      for (let i = 0; i < times; i++) many.set(part, i * part.length);
      return splice(input, at, 0, many);
    }
  }
}

/** One to eight mutations of one of `pool`, at most `bytesMax` long. */
export function mutate(random: Random, pool: readonly Uint8Array[], bytesMax: number): Uint8Array {
  if (pool.length === 0 || random.below(50) === 0) return random.bytes(random.below(Math.min(bytesMax, 256)));
  let out = pool[random.below(pool.length)] as Uint8Array;
  const rounds = 1 + random.below(8);
  for (let i = 0; i < rounds; i++) out = once(random, out, pool[random.below(pool.length)] as Uint8Array);
  return out.length > bytesMax ? out.slice(0, bytesMax) : out;
}

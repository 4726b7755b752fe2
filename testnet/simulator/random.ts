// The simulator's only source of chance: sfc32 (Chris Doty-Humphrey, PractRand), seeded from text. Streams made by `fork` do not disturb each
// other: a further draw in one place leaves all others as they were.
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  private constructor(words: readonly [number, number, number]) {
    [this.#a, this.#b, this.#c] = words;
    for (let i = 0; i < 12; i++) this.next();
  }

  static of(seed: string): Random {
    return new Random([fnv1a(seed, 0x811c9dc5), fnv1a(seed, 0x9e3779b9), fnv1a(seed, 0x85ebca6b)]);
  }

  fork(name: string): Random {
    return Random.of(`${this.next()}/${this.next()}/${name}`);
  }

  /** 32 bits. */
  next(): number {
    const t = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    return t >>> 0;
  }

  /** In [0, 1). */
  readonly float = (): number => this.next() / 0x1_0000_0000;

  /** Whole, from `from` to below `to`. */
  between(from: number, to: number): number {
    return from + Math.floor(this.float() * (to - from));
  }

  chance(p: number): boolean {
    return p > 0 && this.float() < p;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('random: nothing to pick from');
    return list[Math.floor(this.float() * list.length)] as T;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.between(0, i + 1);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.next() & 255);
  }
}

function fnv1a(s: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

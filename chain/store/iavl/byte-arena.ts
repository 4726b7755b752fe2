// Memory for the keys and values of leaves, outside the garbage-collected heap: chunks of 1 MiB cut into records, with a list of free
// records per size. An address is a number of 16-byte granules from the start; records larger than a chunk have addresses below zero.
// Invariant: a record lies within one chunk; a freed record is given out again only for its own size class.

const GRANULE_SHIFT = 4;
const CHUNK_BYTES = 1 << 20;
const CHUNK_GRANULES = CHUNK_BYTES >> GRANULE_SHIFT;
const CHUNK_SHIFT = 16;
/** Addresses are 31-bit. */
const CHUNKS_MAX = 1 << 15;
/** Up to here each granule count is a class of its own (1 KiB); above, powers of two. */
const EXACT_CLASSES = 64;

/** Granules of the record that holds `bytes`. */
function granulesFor(bytes: number): number {
  const exact = bytes === 0 ? 1 : (bytes + 15) >>> GRANULE_SHIFT;
  if (exact <= EXACT_CLASSES) return exact;
  let n = EXACT_CLASSES * 2;
  while (n < exact) n *= 2;
  return n;
}

export class ByteArena {
  readonly #chunks: Uint8Array[] = [];
  readonly #free = new Map<number, number[]>();
  readonly #large = new Map<number, Uint8Array>();
  #nextLarge = -1;
  /** Next unused granule of the last chunk. */
  #top = CHUNK_GRANULES;

  /** The chunk of an address; its record begins at `offset(address)`. */
  chunk(address: number): Uint8Array {
    return (address >= 0 ? this.#chunks[address >>> CHUNK_SHIFT] : this.#large.get(address)) as Uint8Array;
  }

  offset(address: number): number {
    return address >= 0 ? (address & (CHUNK_GRANULES - 1)) << GRANULE_SHIFT : 0;
  }

  alloc(bytes: number): number {
    if (bytes > CHUNK_BYTES) {
      const address = this.#nextLarge--;
      this.#large.set(address, new Uint8Array(bytes));
      return address;
    }
    const granules = granulesFor(bytes);
    const recycled = this.#free.get(granules)?.pop();
    if (recycled !== undefined) return recycled;
    if (this.#top + granules > CHUNK_GRANULES) {
      if (this.#chunks.length >= CHUNKS_MAX) throw new RangeError('keys and values of the state take more than 32 GiB');
      this.#recycleRest();
      this.#chunks.push(new Uint8Array(CHUNK_BYTES));
      this.#top = 0;
    }
    const address = (this.#chunks.length - 1) * CHUNK_GRANULES + this.#top;
    this.#top += granules;
    return address;
  }

  free(address: number, bytes: number): void {
    if (address < 0) {
      this.#large.delete(address);
      return;
    }
    this.#give(granulesFor(bytes), address);
  }

  #give(granules: number, address: number): void {
    const list = this.#free.get(granules);
    if (list === undefined) this.#free.set(granules, [address]);
    else list.push(address);
  }

  /** The unused end of a chunk becomes free records. */
  #recycleRest(): void {
    while (this.#top < CHUNK_GRANULES) {
      const granules = Math.min(CHUNK_GRANULES - this.#top, EXACT_CLASSES);
      this.#give(granules, (this.#chunks.length - 1) * CHUNK_GRANULES + this.#top);
      this.#top += granules;
    }
  }

  /** Bytes taken from the system. */
  get size(): number {
    let large = 0;
    for (const b of this.#large.values()) large += b.length;
    return this.#chunks.length * CHUNK_BYTES + large;
  }
}

// A chunk of 1024 blocks as github.com/bits-and-blooms/bitset writes it: the number of bits in eight bytes, then words of 64 bits, all
// big-endian; bit 0 is the lowest of the first word.
const HEAD = 8;
const BITS = 1024;
const SIZE = HEAD + BITS / 8;

export function emptyChunk(): Uint8Array {
  const out = new Uint8Array(SIZE);
  out[6] = BITS >> 8;
  return out;
}

function place(bit: number): number {
  return HEAD + 8 * Math.floor(bit / 64) + 7 - Math.floor((bit % 64) / 8);
}

export function testBit(chunk: Uint8Array, bit: number): boolean {
  if (chunk.length !== SIZE) throw new RangeError(`slashing: a chunk of ${chunk.length} bytes, ${SIZE} expected`);
  return ((chunk[place(bit)] as number) & (1 << (bit % 8))) !== 0;
}

/** A copy with one bit changed. */
export function setBit(chunk: Uint8Array, bit: number, on: boolean): Uint8Array {
  const out = new Uint8Array(chunk);
  const at = place(bit);
  const mask = 1 << (bit % 8);
  out[at] = on ? (out[at] as number) | mask : (out[at] as number) & ~mask;
  return out;
}

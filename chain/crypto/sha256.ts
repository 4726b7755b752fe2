// SHA-256 (FIPS 180-4), small and portable, behind a port: `setHasher` replaces it by a native one, which gives the same digests.
// Invariants: pure; the scratch arrays are fully overwritten before they are read, so nothing of one input shows in another's digest.
import type { Hasher } from './ports.ts';

/** The first 32 bits of the fractional parts of the `degree`-th roots of the first `count` primes, by whole numbers. */
function rootsOfPrimes(count: number, degree: bigint): Int32Array {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < count; n++) if (primes.every((p) => n % p !== 0n)) primes.push(n);
  return Int32Array.from(primes, (p) => {
    const target = p << (32n * degree);
    let root = 0n;
    for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** degree <= target) root += bit;
    return Number(BigInt.asIntN(32, root));
  });
}

/** The round constants of FIPS 180-4 §4.2.2. */
export const SHA256_K: Int32Array = /* @__PURE__ */ rootsOfPrimes(64, 3n);
/** The initial hash value of §5.3.3. */
export const SHA256_INITIAL: Int32Array = /* @__PURE__ */ rootsOfPrimes(8, 2n);

const state = new Int32Array(8);
const schedule = new Int32Array(64);
const tail = new Uint8Array(128);
const tailView = /* @__PURE__ */ new DataView(tail.buffer);

function compress(block: Uint8Array, at: number): void {
  const w = schedule;
  for (let i = 0, p = at; i < 16; i++, p += 4) {
    w[i] = ((block[p] as number) << 24) | ((block[p + 1] as number) << 16) | ((block[p + 2] as number) << 8) | (block[p + 3] as number);
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + S1 + ((e & f) ^ (~e & g)) + (SHA256_K[i] as number) + (w[i] as number)) | 0;
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function digestInto(data: Uint8Array, from: number, length: number, out: Uint8Array, outAt: number): void {
  state.set(SHA256_INITIAL);
  const whole = from + length - (length & 63);
  for (let p = from; p < whole; p += 64) compress(data, p);
  const rest = length & 63;
  tail.fill(0);
  for (let i = 0; i < rest; i++) tail[i] = data[whole + i] as number;
  tail[rest] = 0x80;
  const end = rest < 56 ? 64 : 128;
  // The bit length, 64 bits big-endian; inputs are shorter than 2^53 bits.
  tailView.setUint32(end - 8, length / 0x2000_0000);
  tailView.setUint32(end - 4, length << 3);
  compress(tail, 0);
  if (end === 128) compress(tail, 64);
  for (let i = 0; i < 32; i++) out[outAt + i] = (state[i >> 2] as number) >>> (24 - 8 * (i & 3));
}

export const portableHasher: Hasher = {
  name: 'portable',
  sha256: (data) => {
    const out = new Uint8Array(32);
    digestInto(data, 0, data.length, out, 0);
    return out;
  },
  sha256Many: (data, offsets, lengths, out) => {
    for (let i = 0; i < offsets.length; i++) digestInto(data, offsets[i] as number, lengths[i] as number, out, 32 * i);
  },
};

let hasher: Hasher = portableHasher;

/** Replaces the implementation for the whole process. Returns the one before. */
export function setHasher(next: Hasher): Hasher {
  const before = hasher;
  hasher = next;
  return before;
}

export function currentHasher(): Hasher {
  return hasher;
}

/** 32 bytes, a fresh array. */
export function sha256(data: Uint8Array): Uint8Array {
  return hasher.sha256(data);
}

/** CometBFT's tmhash.Sum. */
export const tmhash = sha256;

/** The first 20 bytes of the digest: CometBFT's tmhash.SumTruncated, the form of its addresses. */
export function tmhashTruncated(data: Uint8Array): Uint8Array {
  return hasher.sha256(data).slice(0, 20);
}

/** See HashMany in ports.ts. */
export function sha256Many(data: Uint8Array, offsets: Uint32Array, lengths: Uint32Array, out: Uint8Array): void {
  hasher.sha256Many(data, offsets, lengths, out);
}

/** Digests of many inputs, in their order, each a fresh array. For whole levels of a tree, where one call is cheaper than many. */
export function hashMany(inputs: readonly Uint8Array[]): Uint8Array[] {
  const n = inputs.length;
  const offsets = new Uint32Array(n);
  const lengths = new Uint32Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const length = (inputs[i] as Uint8Array).length;
    offsets[i] = total;
    lengths[i] = length;
    total += length;
  }
  const data = new Uint8Array(total);
  for (let i = 0; i < n; i++) data.set(inputs[i] as Uint8Array, offsets[i] as number);
  const out = new Uint8Array(32 * n);
  hasher.sha256Many(data, offsets, lengths, out);
  const digests: Uint8Array[] = new Array(n);
  for (let i = 0; i < n; i++) digests[i] = out.slice(32 * i, 32 * i + 32);
  return digests;
}

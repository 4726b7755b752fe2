// RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996): addresses of secp256k1 keys are ripemd160(sha256(key)).
// Two parallel lines of five rounds of sixteen steps; message order and shifts are generated from the paper's permutations.

const RHO = [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8];
const ORDERS = ((): readonly [Uint8Array, Uint8Array] => {
  const left = new Uint8Array(80);
  const right = new Uint8Array(80);
  let l = Array.from({ length: 16 }, (_, i) => i);
  let r = l.map((i) => (9 * i + 5) % 16);
  for (let round = 0; round < 5; round++) {
    left.set(l, 16 * round);
    right.set(r, 16 * round);
    l = l.map((i) => RHO[i] as number);
    r = r.map((i) => RHO[i] as number);
  }
  return [left, right];
})();
// Rotation of a step, by round and message word.
const SHIFTS = [
  [11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8],
  [12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7],
  [13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9],
  [14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6],
  [15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5],
];
const ADD_LEFT = [0x00000000, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e];
const ADD_RIGHT = [0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0x00000000];

function mix(kind: number, x: number, y: number, z: number): number {
  if (kind === 0) return x ^ y ^ z;
  if (kind === 1) return (x & y) | (~x & z);
  if (kind === 2) return (x | ~y) ^ z;
  if (kind === 3) return (x & z) | (y & ~z);
  return x ^ (y | ~z);
}

/** Five rounds of one line over a block; the five working words. */
function line(h: Int32Array, words: Int32Array, order: Uint8Array, add: readonly number[], reversed: boolean): Int32Array {
  let [a, b, c, d, e] = h as unknown as [number, number, number, number, number];
  for (let j = 0; j < 80; j++) {
    const round = j >>> 4;
    const word = order[j] as number;
    const t0 = (a + mix(reversed ? 4 - round : round, b, c, d) + (words[word] as number) + (add[round] as number)) | 0;
    const s = (SHIFTS[round] as number[])[word] as number;
    const t = (((t0 << s) | (t0 >>> (32 - s))) + e) | 0;
    a = e;
    e = d;
    d = (c << 10) | (c >>> 22);
    c = b;
    b = t;
  }
  return Int32Array.of(a, b, c, d, e);
}

/** 20 bytes, a fresh array. */
export function ripemd160(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((data.length + 8) >>> 6) * 64 + 64);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, data.length << 3, true);
  view.setUint32(padded.length - 4, Math.floor(data.length / 0x2000_0000), true);
  let h: Int32Array = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(16);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i, true);
    const l = line(h, words, ORDERS[0], ADD_LEFT, false);
    const r = line(h, words, ORDERS[1], ADD_RIGHT, true);
    // The lines are crossed over: word i of the next state takes words i+1 of the state, i+2 of the left and i+3 of the right line.
    const before = h;
    h = before.map((_, i) => (before[(i + 1) % 5] as number) + (l[(i + 2) % 5] as number) + (r[(i + 3) % 5] as number));
  }
  const out = new Uint8Array(20);
  const outView = new DataView(out.buffer);
  for (let i = 0; i < 5; i++) outView.setInt32(4 * i, h[i] as number, true);
  return out;
}

// Keccak-256 with the original padding 0x01 (the Keccak submission, not SHA3-256): addresses and messages of secp256k1eth keys.
// State of 25 lanes of 64 bits, each as two 32-bit halves (low, high); constants are generated as FIPS 202 §3.2 says.

const RATE_BYTES = 136;

const ROUND_CONSTANTS = ((): Int32Array => {
  const out = new Int32Array(48);
  let lfsr = 1;
  for (let round = 0; round < 24; round++) {
    for (let j = 0; j < 7; j++) {
      const bit = 2 ** j - 1;
      if (lfsr & 1) {
        const half = 2 * round + (bit < 32 ? 0 : 1);
        out[half] = (out[half] as number) ^ (1 << (bit & 31));
      }
      lfsr = lfsr & 0x80 ? ((lfsr << 1) ^ 0x171) & 0xff : lfsr << 1;
    }
  }
  return out;
})();

// rho and pi together: the lane at `to` takes the lane at `from` rotated left.
const MOVES = ((): readonly { readonly from: number; readonly to: number; readonly by: number }[] => {
  const moves = [{ from: 0, to: 0, by: 0 }];
  let x = 1;
  let y = 0;
  for (let t = 0; t < 24; t++) {
    const nextY = (2 * x + 3 * y) % 5;
    moves.push({ from: x + 5 * y, to: y + 5 * nextY, by: (((t + 1) * (t + 2)) / 2) % 64 });
    x = y;
    y = nextY;
  }
  return moves;
})();

/** Keccak-f[1600] in place (FIPS 202 §3.3). */
export function keccakF1600(s: Int32Array): void {
  const b = new Int32Array(50);
  const c = new Int32Array(10);
  for (let round = 0; round < 24; round++) {
    for (let i = 0; i < 10; i++) {
      c[i] = (s[i] as number) ^ (s[i + 10] as number) ^ (s[i + 20] as number) ^ (s[i + 30] as number) ^ (s[i + 40] as number);
    }
    for (let x = 0; x < 5; x++) {
      const before = 2 * ((x + 4) % 5);
      const after = 2 * ((x + 1) % 5);
      const lo = (c[before] as number) ^ (((c[after] as number) << 1) | ((c[after + 1] as number) >>> 31));
      const hi = (c[before + 1] as number) ^ (((c[after + 1] as number) << 1) | ((c[after] as number) >>> 31));
      for (let y = 0; y < 50; y += 10) {
        s[2 * x + y] = (s[2 * x + y] as number) ^ lo;
        s[2 * x + y + 1] = (s[2 * x + y + 1] as number) ^ hi;
      }
    }
    for (const { from, to, by } of MOVES) {
      const near = s[2 * from + (by < 32 ? 0 : 1)] as number;
      const far = s[2 * from + (by < 32 ? 1 : 0)] as number;
      const n = by & 31;
      b[2 * to] = n === 0 ? near : (near << n) | (far >>> (32 - n));
      b[2 * to + 1] = n === 0 ? far : (far << n) | (near >>> (32 - n));
    }
    for (let y = 0; y < 50; y += 10) {
      for (let i = 0; i < 10; i++) s[y + i] = (b[y + i] as number) ^ (~(b[y + ((i + 2) % 10)] as number) & (b[y + ((i + 4) % 10)] as number));
    }
    s[0] = (s[0] as number) ^ (ROUND_CONSTANTS[2 * round] as number);
    s[1] = (s[1] as number) ^ (ROUND_CONSTANTS[2 * round + 1] as number);
  }
}

/** 32 bytes, a fresh array. */
export function keccak256(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array((Math.floor(data.length / RATE_BYTES) + 1) * RATE_BYTES);
  padded.set(data);
  padded[data.length] = 0x01;
  padded[padded.length - 1] = (padded[padded.length - 1] as number) | 0x80;
  const view = new DataView(padded.buffer);
  const state = new Int32Array(50);
  for (let at = 0; at < padded.length; at += RATE_BYTES) {
    for (let i = 0; i < RATE_BYTES / 4; i++) state[i] = (state[i] as number) ^ view.getInt32(at + 4 * i, true);
    keccakF1600(state);
  }
  const out = new Uint8Array(32);
  const outView = new DataView(out.buffer);
  for (let i = 0; i < 8; i++) outView.setInt32(4 * i, state[i] as number, true);
  return out;
}

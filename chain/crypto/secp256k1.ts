// What of secp256k1 needs no curve library: the order, the low-S rule, the reduction that Go's verifier does before it looks at a
// signature, and decompression of a key (SEC 1 §2.3.4). y² = x³ + 7 over the field of P.

export const SECP256K1_P = 2n ** 256n - 2n ** 32n - 977n;
export const SECP256K1_N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
export const SECP256R1_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export function bytesToNumber(b: Uint8Array): bigint {
  let n = 0n;
  for (let i = 0; i < b.length; i++) n = (n << 8n) | BigInt(b[i] as number);
  return n;
}

export function numberTo32Bytes(n: bigint): Uint8Array {
  const out = new Uint8Array(32);
  let v = n;
  for (let i = 31; i >= 0; i--) {
    out[i] = Number(v & 255n);
    v >>= 8n;
  }
  return out;
}

// The first 16 bytes of N are ff…fe; a half that starts with anything else is certainly below N.
function mayReachOrder(b: Uint8Array, at: number): boolean {
  for (let i = 0; i < 15; i++) if (b[at + i] !== 0xff) return false;
  return true;
}

/**
 * The signature as Go's secp256k1 (decred, in CometBFT and the SDK) takes it: r and s are reduced modulo the order when they are
 * read, where libsecp256k1 refuses them. A signature with a small r or s has such a second form, and the chain accepts it.
 * The same array where nothing is to be reduced.
 */
export function reduceSecp256k1Signature(sig: Uint8Array): Uint8Array {
  if (!mayReachOrder(sig, 0) && !mayReachOrder(sig, 32)) return sig;
  const out = new Uint8Array(64);
  out.set(numberTo32Bytes(bytesToNumber(sig.subarray(0, 32)) % SECP256K1_N));
  out.set(numberTo32Bytes(bytesToNumber(sig.subarray(32, 64)) % SECP256K1_N), 32);
  return out;
}

/** Whether s, the second half of a 64-byte signature, is at most half of the order. */
export function isLowS(sig: Uint8Array, order: bigint): boolean {
  const top = sig[32] as number;
  // Both orders start with ff, so their halves start with 7f.
  if (top < 0x7f) return true;
  if (top > 0x7f) return false;
  return bytesToNumber(sig.subarray(32, 64)) <= order >> 1n;
}

/** The 64-byte signature with s in the lower half of the order. */
export function toLowS(sig: Uint8Array, order: bigint): Uint8Array {
  if (isLowS(sig, order)) return sig;
  const out = sig.slice();
  out.set(numberTo32Bytes(order - bytesToNumber(sig.subarray(32, 64))), 32);
  return out;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let b = base;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % SECP256K1_P;
    b = (b * b) % SECP256K1_P;
  }
  return result;
}

/** x‖y, 64 bytes, of a 33-byte compressed key; undefined if it is none. */
export function decompressSecp256k1(key: Uint8Array): Uint8Array | undefined {
  if (key.length !== 33 || (key[0] !== 2 && key[0] !== 3)) return undefined;
  const x = bytesToNumber(key.subarray(1));
  if (x >= SECP256K1_P) return undefined;
  const square = (x * x * x + 7n) % SECP256K1_P;
  // P = 3 mod 4, so a root is the power (P + 1) / 4.
  const root = power(square, (SECP256K1_P + 1n) >> 2n);
  if ((root * root) % SECP256K1_P !== square) return undefined;
  const odd = key[0] === 3;
  const y = ((root & 1n) === 1n) === odd ? root : SECP256K1_P - root;
  const out = new Uint8Array(64);
  out.set(key.subarray(1));
  out.set(numberTo32Bytes(y), 32);
  return out;
}

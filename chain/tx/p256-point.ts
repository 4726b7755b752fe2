// Whether 33 bytes are a compressed point of P-256 (SEC 1 §2.3.4): the reference's decoder refuses a secp256r1 key that is none.

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function powMod(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let b = base % P;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * b) % P;
    b = (b * b) % P;
  }
  return result;
}

export function isCompressedP256Point(bytes: Uint8Array): boolean {
  if (bytes.length !== 33 || (bytes[0] !== 2 && bytes[0] !== 3)) return false;
  let x = 0n;
  for (const b of bytes.subarray(1)) x = (x << 8n) | BigInt(b);
  if (x >= P) return false;
  const y2 = ((((x * x - 3n) * x + B) % P) + P) % P;
  // Euler's criterion; y = 0 does not occur on this curve, whose order is prime.
  return powMod(y2, (P - 1n) / 2n) === 1n;
}

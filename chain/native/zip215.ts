// ZIP-215 (zips.z.cash/zip-0215) by libsodium's group operations: the slow path for signatures that its own, stricter check refuses.
// A check by noble takes 2 ms, so bad signatures would cost thirty times what good ones do; this takes 0.2 ms.
// Rule: s is below the order of the subgroup, A and R are points in any encoding, and 8sB = 8R + 8kA with k = SHA-512(R ‖ A ‖ message).
import { bytesEqual, concatBytes } from '../encoding/bytes.ts';
import type { Sodium } from './libraries.ts';

// Order of the subgroup (RFC 8032 §5.1).
const ED25519_L = 2n ** 252n + 27742317777372353535851937790883648493n;
const IDENTITY = Uint8Array.of(1, ...new Uint8Array(31));
const ZERO = new Uint8Array(32);

/** The one thing that ZIP-215 refuses without looking at a point. */
export function isCanonicalS(signature: Uint8Array): boolean {
  const top = signature[63] as number;
  if (top !== 0x10) return top < 0x10;
  let s = 0n;
  for (let i = 63; i >= 32; i--) s = (s << 8n) | BigInt(signature[i] as number);
  return s < ED25519_L;
}

function add(sodium: Sodium, p: Uint8Array, q: Uint8Array): Uint8Array {
  const sum = new Uint8Array(32);
  sodium.crypto_core_ed25519_add(sum, p, q);
  return sum;
}

/** Canonical encoding of 8p, a point of the subgroup; throws if p is no point. */
function timesEight(sodium: Sodium, p: Uint8Array): Uint8Array {
  let out = p;
  for (let i = 0; i < 3; i++) out = add(sodium, out, out);
  return out;
}

/** 32-byte key, 64-byte signature. */
export function verifyZip215(sodium: Sodium, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isCanonicalS(signature)) return false;
  const r = signature.slice(0, 32);
  const s = signature.slice(32);
  try {
    const r8 = timesEight(sodium, r);
    const a8 = timesEight(sodium, publicKey);
    const hash = new Uint8Array(64);
    sodium.crypto_hash_sha512(hash, concatBytes(r, publicKey, message));
    const k = new Uint8Array(32);
    sodium.crypto_core_ed25519_scalar_reduce(k, hash);
    // libsodium refuses to give or take the neutral element, which is a good result here.
    const ka8 = bytesEqual(a8, IDENTITY) || bytesEqual(k, ZERO) ? IDENTITY : new Uint8Array(32);
    if (ka8 !== IDENTITY) sodium.crypto_scalarmult_ed25519_noclamp(ka8, k, a8);
    const sb = bytesEqual(s, ZERO) ? IDENTITY : new Uint8Array(32);
    if (sb !== IDENTITY) sodium.crypto_scalarmult_ed25519_base_noclamp(sb, s);
    return bytesEqual(timesEight(sodium, sb), add(sodium, r8, ka8));
  } catch {
    return false;
  }
}

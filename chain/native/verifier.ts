// Signature checks for the node. ed25519: sodium and OpenSSL accept fewer signatures than ZIP-215, never more, so what they accept is
// good and what they refuse is decided by ZIP-215 itself. secp256k1: libsecp256k1, or OpenSSL with the low-S rule added. secp256r1: OpenSSL.
import { createPublicKey, type KeyObject, verify as opensslVerify } from 'node:crypto';
import type { SignatureAlgorithm, SignatureVerifier } from '../crypto/ports.ts';
import { isLowS, reduceSecp256k1Signature, SECP256K1_N, SECP256R1_N } from '../crypto/secp256k1.ts';
import { sha256 } from '../crypto/sha256.ts';
import { loadNoble, loadSecp256k1, loadSodium } from './libraries.ts';
import { isCanonicalS, verifyZip215 } from './zip215.ts';

// DER of SubjectPublicKeyInfo up to the key's bytes (RFC 8410, RFC 5480).
const SPKI_HEAD: Readonly<Record<SignatureAlgorithm, Buffer>> = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  secp256k1: Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex'),
  secp256r1: Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
};

/** Importing a key costs as much as a check; validators sign again and again. */
const KEYS_MAX = 1024;
const keys = new Map<string, KeyObject>();

function keyObject(algorithm: SignatureAlgorithm, publicKey: Uint8Array): KeyObject {
  const id = `${algorithm}${Buffer.from(publicKey).toString('latin1')}`;
  let key = keys.get(id);
  if (key === undefined) {
    key = createPublicKey({ key: Buffer.concat([SPKI_HEAD[algorithm], publicKey]), format: 'der', type: 'spki' });
    const oldest = keys.size >= KEYS_MAX ? keys.keys().next().value : undefined;
    if (oldest !== undefined) keys.delete(oldest);
    keys.set(id, key);
  }
  return key;
}

/** False where OpenSSL throws: a key or signature it cannot read. */
function byOpenssl(algorithm: SignatureAlgorithm, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = keyObject(algorithm, publicKey);
    return algorithm === 'ed25519'
      ? opensslVerify(null, message, key, signature)
      : opensslVerify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

/** ZIP-215 in full, for a signature that a stricter library refused. */
function byNoble(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return isCanonicalS(signature) && loadNoble().nobleVerifier.verify('ed25519', publicKey, message, signature);
}

function wellFormed(algorithm: SignatureAlgorithm, publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  return algorithm === 'ed25519' ? publicKey.length === 32 : publicKey.length === 33 && (publicKey[0] === 2 || publicKey[0] === 3);
}

/** OpenSSL alone, with ZIP-215 by noble where it refuses an ed25519 signature: what stands in where a binary is missing. */
export const opensslVerifier: SignatureVerifier = {
  name: 'node:crypto',
  verify: (algorithm, publicKey, message, signature) => {
    if (!wellFormed(algorithm, publicKey, signature)) return false;
    switch (algorithm) {
      case 'ed25519':
        return byOpenssl(algorithm, publicKey, message, signature) || byNoble(publicKey, message, signature);
      case 'secp256k1': {
        const sig = reduceSecp256k1Signature(signature);
        return isLowS(sig, SECP256K1_N) && byOpenssl(algorithm, publicKey, message, sig);
      }
      case 'secp256r1':
        return isLowS(signature, SECP256R1_N) && byOpenssl(algorithm, publicKey, message, signature);
    }
  },
};

export function createNativeVerifier(): SignatureVerifier {
  const sodium = loadSodium();
  const libsecp256k1 = loadSecp256k1();
  return {
    name: `${sodium === undefined ? 'openssl' : 'sodium'}, ${libsecp256k1 === undefined ? 'openssl' : 'libsecp256k1'}`,
    verify: (algorithm, publicKey, message, signature) => {
      if (algorithm === 'ed25519' && sodium !== undefined) {
        if (!wellFormed(algorithm, publicKey, signature)) return false;
        return sodium.crypto_sign_verify_detached(signature, message, publicKey) || verifyZip215(sodium, publicKey, message, signature);
      }
      if (algorithm === 'secp256k1' && libsecp256k1 !== undefined) {
        if (!wellFormed(algorithm, publicKey, signature)) return false;
        try {
          return libsecp256k1.ecdsaVerify(reduceSecp256k1Signature(signature), sha256(message), publicKey);
        } catch {
          return false;
        }
      }
      return opensslVerifier.verify(algorithm, publicKey, message, signature);
    },
  };
}

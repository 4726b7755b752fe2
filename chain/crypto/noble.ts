// The portable signature checks, by @noble/curves: the only file here that names an npm package. Slow (1.7 ms a check) but pure
// JavaScript: it serves tests, pages, and the cases that native code cannot decide (ZIP-215).
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { sha512, sha512_256 } from '@noble/hashes/sha2.js';
import { CryptoError } from './errors.ts';
import { HASH_OP, setHashOp } from './ics23/hash-op.ts';
import type { SignatureVerifier, Signer } from './ports.ts';
import { isLowS, reduceSecp256k1Signature, SECP256K1_N, SECP256R1_N } from './secp256k1.ts';
import { sha256 } from './sha256.ts';
import { setSignatureVerifier, setSigner } from './signatures.ts';

/** noble throws on malformed points and scalars; to a verifier they are signatures that do not verify. */
function verdict(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

export const nobleVerifier: SignatureVerifier = {
  name: 'noble',
  verify: (algorithm, publicKey, message, signature) => {
    if (signature.length !== 64 || publicKey.length !== (algorithm === 'ed25519' ? 32 : 33)) return false;
    switch (algorithm) {
      case 'ed25519':
        return verdict(() => ed25519.verify(signature, message, publicKey, { zip215: true }));
      case 'secp256k1': {
        const sig = reduceSecp256k1Signature(signature);
        return isLowS(sig, SECP256K1_N) && verdict(() => secp256k1.verify(sig, sha256(message), publicKey, { prehash: false, lowS: true }));
      }
      case 'secp256r1':
        return isLowS(signature, SECP256R1_N) && verdict(() => p256.verify(signature, sha256(message), publicKey, { prehash: false, lowS: false }));
    }
  },
};

function checkSecret(key: Uint8Array): void {
  if (key.length !== 32) throw new CryptoError('key', `secret key has ${key.length} bytes, not 32`);
}

export const nobleSigner: Signer = {
  name: 'noble',
  ed25519PublicKey: (seed) => {
    checkSecret(seed);
    return ed25519.getPublicKey(seed);
  },
  ed25519: (seed, message) => {
    checkSecret(seed);
    return ed25519.sign(message, seed);
  },
  secp256k1PublicKey: (secretKey) => {
    checkSecret(secretKey);
    return secp256k1.getPublicKey(secretKey, true);
  },
  secp256k1: (secretKey, message) => {
    checkSecret(secretKey);
    return secp256k1.sign(sha256(message), secretKey, { prehash: false, lowS: true });
  },
};

/** The hash operations of ICS-23 that no spec of ours uses, but a counterparty's client may name. */
export function installHashOps(): void {
  setHashOp(HASH_OP.SHA512, (b) => sha512(b));
  setHashOp(HASH_OP.SHA512_256, (b) => sha512_256(b));
  setHashOp(HASH_OP.BLAKE2B_512, (b) => blake2b(b));
  setHashOp(HASH_OP.BLAKE2S_256, (b) => blake2s(b));
}

/** Joins noble to the ports. */
export function installNoble(): void {
  setSignatureVerifier(nobleVerifier);
  setSigner(nobleSigner);
  installHashOps();
}

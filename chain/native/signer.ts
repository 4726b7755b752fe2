// Signing for the node: sodium for ed25519, libsecp256k1 for secp256k1; where a binary is missing noble signs, never OpenSSL, whose
// ECDSA draws a random nonce and so would not give the bytes of RFC 6979.
import { CryptoError } from '../crypto/errors.ts';
import type { Signer } from '../crypto/ports.ts';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { loadNoble, loadSecp256k1, loadSodium } from './libraries.ts';

function checkSecret(key: Uint8Array): void {
  if (key.length !== 32) throw new CryptoError('key', `secret key has ${key.length} bytes, not 32`);
}

/** libsecp256k1 throws on a secret of zero or beyond the order. */
function withSecret<T>(run: () => T): T {
  try {
    return run();
  } catch {
    throw new CryptoError('key', 'secret key is not in 1..n-1');
  }
}

export function createNativeSigner(): Signer {
  const sodium = loadSodium();
  const libsecp256k1 = loadSecp256k1();
  const ed25519 =
    sodium === undefined
      ? loadNoble().nobleSigner
      : (() => {
          const pair = (seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } => {
            checkSecret(seed);
            const publicKey = new Uint8Array(32);
            const secretKey = new Uint8Array(64);
            sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
            return { publicKey, secretKey };
          };
          // A node signs with one key, and deriving the pair costs more than the signature.
          let last: { readonly seed: Uint8Array; readonly secretKey: Uint8Array } | undefined;
          const secretKeyOf = (seed: Uint8Array): Uint8Array => {
            if (last === undefined || !bytesEqual(last.seed, seed)) last = { seed: seed.slice(), secretKey: pair(seed).secretKey };
            return last.secretKey;
          };
          return {
            ed25519PublicKey: (seed: Uint8Array) => pair(seed).publicKey,
            ed25519: (seed: Uint8Array, message: Uint8Array) => {
              const signature = new Uint8Array(64);
              sodium.crypto_sign_detached(signature, message, secretKeyOf(seed));
              return signature;
            },
          };
        })();
  const secp256k1 =
    libsecp256k1 === undefined
      ? loadNoble().nobleSigner
      : {
          secp256k1PublicKey: (secretKey: Uint8Array) => {
            checkSecret(secretKey);
            return withSecret(() => libsecp256k1.publicKeyCreate(secretKey, true));
          },
          secp256k1: (secretKey: Uint8Array, message: Uint8Array) => {
            checkSecret(secretKey);
            const hash = sha256(message);
            return withSecret(() => libsecp256k1.ecdsaSign(hash, secretKey).signature);
          },
        };
  return {
    name: `${sodium === undefined ? 'noble' : 'sodium'}, ${libsecp256k1 === undefined ? 'noble' : 'libsecp256k1'}`,
    ed25519PublicKey: ed25519.ed25519PublicKey,
    ed25519: ed25519.ed25519,
    secp256k1PublicKey: secp256k1.secp256k1PublicKey,
    secp256k1: secp256k1.secp256k1,
  };
}

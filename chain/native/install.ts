// Joins the native implementations to the ports of chain/crypto, once, at the start of a node or of a worker.
import { createHash } from 'node:crypto';
import { HASH_OP, setHashOp } from '../crypto/ics23/hash-op.ts';
import { setHasher } from '../crypto/sha256.ts';
import { setSignatureVerifier, setSigner } from '../crypto/signatures.ts';
import { createNativeHasher } from './hasher.ts';
import { loadSecp256k1, loadSodium } from './libraries.ts';
import { createNativeSigner } from './signer.ts';
import { createNativeVerifier } from './verifier.ts';

// OpenSSL's names of the operations that no tree of ours uses, but a counterparty's client may name.
const HASH_OPS: readonly (readonly [number, string])[] = [
  [HASH_OP.SHA512, 'sha512'],
  [HASH_OP.SHA512_256, 'sha512-256'],
  [HASH_OP.BLAKE2B_512, 'blake2b512'],
  [HASH_OP.BLAKE2S_256, 'blake2s256'],
];

let installed = false;

/** Safe to call again. `warn` is told once of each library that has no binary here, and of what replaces it. */
export function installNative(warn: (text: string) => void = (text) => process.emitWarning(text)): void {
  if (installed) return;
  installed = true;
  if (loadSecp256k1() === undefined) warn('libsecp256k1 has no binary for this platform: OpenSSL verifies secp256k1 signatures, some 5 times slower');
  if (loadSodium() === undefined) warn('libsodium has no binary for this platform: OpenSSL verifies ed25519 signatures, some 2 times slower');
  setHasher(createNativeHasher());
  setSignatureVerifier(createNativeVerifier());
  setSigner(createNativeSigner());
  for (const [op, name] of HASH_OPS) setHashOp(op, (data) => new Uint8Array(createHash(name).update(data).digest()));
}

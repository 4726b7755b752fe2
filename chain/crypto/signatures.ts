// Signature checks behind a port. No implementation is the default: a page passes its own, the node joins the native one at start
// (chain/native), tests join noble (noble.ts). All of them give the same verdict on every input.
import type { SignatureAlgorithm, SignatureVerifier, Signer } from './ports.ts';

let verifier: SignatureVerifier | undefined;
let signer: Signer | undefined;

export function setSignatureVerifier(next: SignatureVerifier): SignatureVerifier | undefined {
  const before = verifier;
  verifier = next;
  return before;
}

export function setSigner(next: Signer): Signer | undefined {
  const before = signer;
  signer = next;
  return before;
}

/** Throws if none was joined: a mistake of the program, not of any input. */
export function signatureVerifier(): SignatureVerifier {
  if (verifier === undefined) throw new Error('no signature verifier: call installNative (chain/native) or installNoble (chain/crypto/noble.ts) at start');
  return verifier;
}

export function currentSigner(): Signer {
  if (signer === undefined) throw new Error('no signer: call installNative (chain/native) or installNoble (chain/crypto/noble.ts) at start');
  return signer;
}

/** The verdict of the joined verifier; see SignatureVerifier. */
export function verifySignature(algorithm: SignatureAlgorithm, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return signatureVerifier().verify(algorithm, publicKey, message, signature);
}

/** 64-byte signature by a 32-byte seed. */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return currentSigner().ed25519(seed, message);
}

/** 64-byte low-S signature over sha256(message), nonce of RFC 6979. */
export function signSecp256k1(secretKey: Uint8Array, message: Uint8Array): Uint8Array {
  return currentSigner().secp256k1(secretKey, message);
}

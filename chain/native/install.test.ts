import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { sha512, sha512_256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { doHash, HASH_OP } from '../crypto/ics23/hash-op.ts';
import { currentHasher } from '../crypto/sha256.ts';
import { currentSigner, signatureVerifier, signEd25519, signSecp256k1, verifySignature } from '../crypto/signatures.ts';
import { utf8 } from '../encoding/bytes.ts';
import { installNative } from './install.ts';
import { loadSecp256k1, loadSodium } from './libraries.ts';

describe('installNative', () => {
  it('joins hashes, verifier and signer, and warns once of each missing binary', () => {
    const message = utf8('sign bytes');
    expect(() => verifySignature('ed25519', new Uint8Array(32), message, new Uint8Array(64))).toThrow('no signature verifier');
    const warnings: string[] = [];
    installNative((text) => warnings.push(text));
    installNative((text) => warnings.push(text));
    const missing = [loadSodium(), loadSecp256k1()].filter((library) => library === undefined);
    expect(warnings).toHaveLength(missing.length);
    expect(currentHasher().name).toContain('openssl');
    expect(signatureVerifier().name).toContain(loadSecp256k1() === undefined ? 'openssl' : 'libsecp256k1');
    const secret = new Uint8Array(32).fill(1);
    expect(verifySignature('ed25519', currentSigner().ed25519PublicKey(secret), message, signEd25519(secret, message))).toBe(true);
    expect(verifySignature('secp256k1', currentSigner().secp256k1PublicKey(secret), message, signSecp256k1(secret, message))).toBe(true);
  });

  it('joins the hash operations of ICS-23', () => {
    const data = utf8('food');
    expect(doHash(HASH_OP.SHA512, data)).toEqual(sha512(data));
    expect(doHash(HASH_OP.SHA512_256, data)).toEqual(sha512_256(data));
    expect(doHash(HASH_OP.BLAKE2B_512, data)).toEqual(blake2b(data));
    expect(doHash(HASH_OP.BLAKE2S_256, data)).toEqual(blake2s(data));
    expect(() => doHash(HASH_OP.KECCAK256, data)).toThrow('unsupported hashop: 3');
    expect(() => doHash(HASH_OP.NO_HASH, data)).toThrow('unsupported hashop: 0');
  });
});

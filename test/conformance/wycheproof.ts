// ed25519-zip215 and wycheproof. Each signature is checked by every implementation there is: the native libraries, OpenSSL, noble.
import { deepEqual, equal, throws } from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdfSha256 } from '../../chain/crypto/hkdf.ts';
import { nobleVerifier } from '../../chain/crypto/noble.ts';
import type { SignatureAlgorithm, SignatureVerifier } from '../../chain/crypto/ports.ts';
import { isLowS, SECP256K1_N } from '../../chain/crypto/secp256k1.ts';
import { fromHex, toHex } from '../../chain/encoding/bytes.ts';
import { createNativeVerifier, opensslVerifier } from '../../chain/native/verifier.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

const verifiers: readonly SignatureVerifier[] = [createNativeVerifier(), opensslVerifier, nobleVerifier];

function verdict(algorithm: SignatureAlgorithm, key: Uint8Array, message: Uint8Array, signature: Uint8Array, want: boolean): void {
  for (const v of verifiers) equal(v.verify(algorithm, key, message, signature), want, v.name);
}

async function zip215(file: VectorFile, t: Cases): Promise<void> {
  for (const [i, c] of (file.json() as { cases: { msg: string; pub: string; sig: string; valid: boolean }[] }).cases.entries()) {
    await t.case(`${i}`, () => verdict('ed25519', fromHex(c.pub), fromHex(c.msg), fromHex(c.sig), c.valid));
  }
}

interface Test {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly [field: string]: unknown;
}
type Group = Readonly<Record<string, unknown>> & { readonly tests: readonly Test[] };

const hex = (v: unknown): Uint8Array => fromHex(v as string);

async function each(
  file: VectorFile,
  t: Cases,
  check: (test: Test, group: Group, leaveOut: (reason: string) => void) => (() => void) | undefined,
): Promise<void> {
  for (const group of (file.json() as { testGroups: Group[] }).testGroups) {
    for (const test of group.tests) {
      const id = `${test.tcId} ${test.comment}`;
      const run = check(test, group, (reason) => t.leaveOut(id, reason));
      if (run !== undefined) await t.case(id, run);
    }
  }
}

function compressed(group: Group): Uint8Array {
  const key = hex((group.publicKey as { uncompressed: string }).uncompressed);
  return Uint8Array.of(2 + ((key[64] as number) & 1), ...key.subarray(1, 33));
}

/** r‖s of a DER signature, each of 32 bytes or longer; undefined if it is not DER. */
function fromDer(b: Uint8Array): Uint8Array | undefined {
  const integer = (at: number): { value: Uint8Array; next: number } | undefined => {
    const length = b[at + 1];
    if (b[at] !== 2 || length === undefined || length === 0 || length > 127 || at + 2 + length > b.length) return undefined;
    const value = b.subarray(at + 2, at + 2 + length);
    const [first, second] = value as unknown as [number, number | undefined];
    if (first > 127 || (first === 0 && second !== undefined && second < 128)) return undefined;
    return { value: first === 0 ? value.subarray(1) : value, next: at + 2 + length };
  };
  if (b[0] !== 0x30 || b[1] !== b.length - 2) return undefined;
  const r = integer(2);
  const s = r && integer(r.next);
  if (r === undefined || s === undefined || s.next !== b.length) return undefined;
  const width = Math.max(32, r.value.length, s.value.length);
  const out = new Uint8Array(2 * width);
  out.set(r.value, width - r.value.length);
  out.set(s.value, 2 * width - s.value.length);
  return out;
}

/**
 * Signatures that Wycheproof refuses and the chain accepts; each verdict was compared with Go CometBFT v0.40.0's VerifySignature.
 * secp256k1: Go reads r and s modulo the order before it looks at them, so r + n and s + n stand for r and s.
 * ed25519: ZIP-215 takes points whose encoding is not canonical, such as x = 0 with its sign bit set.
 */
const ACCEPTED_BY_THE_CHAIN: Readonly<Record<string, readonly number[]>> = {
  'wycheproof/ecdsa_secp256k1_sha256_p1363_test.json': [133],
  'wycheproof/ecdsa_secp256k1_sha256_test.json': [361, 362],
  'wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json': [347],
  'wycheproof/ed25519_test.json': [151],
};
const acceptedByTheChain = (file: VectorFile, test: Test): boolean => ACCEPTED_BY_THE_CHAIN[file.path]?.includes(test.tcId) === true;

/** The SDK and CometBFT refuse the upper half of s, which ECDSA allows. */
const wanted = (file: VectorFile, test: Test, signature: Uint8Array): boolean =>
  acceptedByTheChain(file, test) || (test.result === 'valid' && signature.length === 64 && isLowS(signature, SECP256K1_N));

/** What is no DER is given to the verifier as it is: it takes 64 bytes of r‖s and nothing else. */
const ecdsaDer = (file: VectorFile, t: Cases): Promise<void> =>
  each(file, t, (test, group) => () => {
    const der = hex(test.sig);
    const signature = fromDer(der);
    verdict('secp256k1', compressed(group), hex(test.msg), signature ?? der, signature !== undefined && wanted(file, test, signature));
  });

const KEY_HEAD = { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' };
/** X25519 by OpenSSL; throws where the shared secret is zero. */
function opensslX25519(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const der = (head: string, bytes: Uint8Array) => ({ key: Buffer.concat([Buffer.from(head, 'hex'), bytes]), format: 'der' as const });
  const privateKey = createPrivateKey({ ...der(KEY_HEAD.private, secret), type: 'pkcs8' });
  return new Uint8Array(diffieHellman({ privateKey, publicKey: createPublicKey({ ...der(KEY_HEAD.public, publicKey), type: 'spki' }) }));
}

const TAG_BYTES = 16;
const aead = { authTagLength: TAG_BYTES };

export const handlers: Handlers = {
  'ed25519-zip215/*.json': zip215,
  'wycheproof/ed25519_test.json': (file, t) =>
    each(file, t, (test, group) => () => {
      const key = hex((group.publicKey as { pk: string }).pk);
      verdict('ed25519', key, hex(test.msg), hex(test.sig), test.result === 'valid' || acceptedByTheChain(file, test));
    }),
  'wycheproof/ecdsa_secp256k1_sha256_p1363_test.json': (file, t) =>
    each(file, t, (test, group) => () => {
      const signature = hex(test.sig);
      verdict('secp256k1', compressed(group), hex(test.msg), signature, wanted(file, test, signature));
    }),
  'wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json': ecdsaDer,
  'wycheproof/ecdsa_secp256k1_sha256_test.json': ecdsaDer,
  'wycheproof/x25519_test.json': (file, t) =>
    each(file, t, (test) => () => {
      const [secret, publicKey] = [hex(test.private), hex(test.public)];
      for (const dh of [opensslX25519, x25519.getSharedSecret]) {
        // Go's X25519, and so the SecretConnection, refuses a zero secret.
        if (test.flags.includes('ZeroSharedSecret')) throws(() => dh(secret, publicKey));
        else equal(toHex(dh(secret, publicKey)), test.shared);
      }
    }),
  'wycheproof/chacha20_poly1305_test.json': (file, t) =>
    each(file, t, (test, _, leaveOut) => {
      if (hex(test.iv).length !== 12) {
        leaveOut('another nonce size than 12 bytes; the SecretConnection builds its nonces itself');
        return undefined;
      }
      return () => {
        const open = (): Uint8Array => {
          const d = createDecipheriv('chacha20-poly1305', hex(test.key), hex(test.iv), aead);
          d.setAAD(hex(test.aad), { plaintextLength: hex(test.ct).length });
          d.setAuthTag(hex(test.tag));
          return new Uint8Array(Buffer.concat([d.update(hex(test.ct)), d.final()]));
        };
        if (test.result === 'invalid') {
          throws(open);
          return;
        }
        deepEqual(open(), hex(test.msg));
        const c = createCipheriv('chacha20-poly1305', hex(test.key), hex(test.iv), aead);
        c.setAAD(hex(test.aad), { plaintextLength: hex(test.msg).length });
        equal(toHex(Buffer.concat([c.update(hex(test.msg)), c.final()])), test.ct);
        equal(toHex(c.getAuthTag()), test.tag);
      };
    }),
  'wycheproof/hkdf_sha256_test.json': (file, t) =>
    each(file, t, (test) => () => {
      const [ikm, salt, info, size] = [hex(test.ikm), hex(test.salt), hex(test.info), test.size as number];
      for (const kdf of [() => hkdfSha256(ikm, salt, info, size), () => new Uint8Array(hkdfSync('sha256', ikm, salt, info, size))]) {
        if (test.result === 'invalid') throws(kdf);
        else equal(toHex(kdf()), test.okm);
      }
    }),
};

// Keys of the accounts in the application's comparison with simd: secp256k1 from small secrets, one secp256r1, one ed25519, one multisig.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { AddressCodec } from '../../../chain/core/address.ts';
import { accountKeyFromAny, keyAddress } from '../../../chain/core/public-key.ts';
import type { Codec } from '../../../chain/encoding/codec.ts';
import { PubKey as Ed25519Key } from '../../../proto/gen/cosmos/crypto/ed25519.ts';
import { LegacyAminoPubKey } from '../../../proto/gen/cosmos/crypto/multisig.ts';
import { PubKey as Secp256k1Key } from '../../../proto/gen/cosmos/crypto/secp256k1.ts';
import { PubKey as Secp256r1Key } from '../../../proto/gen/cosmos/crypto/secp256r1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';

export const addresses = new AddressCodec('cosmos');

export interface TestKey {
  readonly address: string;
  readonly publicKey: Any;
  sign(message: Uint8Array): Uint8Array;
}

export function anyOf<T>(codec: Codec<T>, value: T): Any {
  return { typeUrl: `/${codec.name}`, value: codec.encode(value) };
}

function key(publicKey: Any, sign: (message: Uint8Array) => Uint8Array): TestKey {
  return { address: addresses.toString(keyAddress(accountKeyFromAny(publicKey))), publicKey, sign };
}

function secret(n: number): Uint8Array {
  return new Uint8Array(32).fill(7, 0, 31).fill(n, 31);
}

export function secpKey(n: number): TestKey {
  const sk = secret(n);
  return key(anyOf(Secp256k1Key, { key: secp256k1.getPublicKey(sk, true) }), (m) => secp256k1.sign(sha256(m), sk, { prehash: false, lowS: true }));
}

export function p256Key(n: number): TestKey {
  const sk = secret(n);
  return key(anyOf(Secp256r1Key, { key: p256.getPublicKey(sk, true) }), (m) => p256.sign(sha256(m), sk, { prehash: false, lowS: true }));
}

export function ed25519Key(n: number): TestKey {
  const sk = secret(n);
  return key(anyOf(Ed25519Key, { key: ed25519.getPublicKey(sk) }), (m) => ed25519.sign(m, sk));
}

export function multisigKey(threshold: number, members: readonly TestKey[]): TestKey {
  return key(anyOf(LegacyAminoPubKey, { threshold, publicKeys: members.map((m) => m.publicKey) }), () => new Uint8Array(0));
}

export const [alice, bob, carol, dave] = [secpKey(1), secpKey(2), secpKey(3), secpKey(4)] as [TestKey, TestKey, TestKey, TestKey];
export const phone = p256Key(1);
export const sensor = ed25519Key(1);
export const council = multisigKey(2, [alice, bob, carol]);
/** In the genesis, in this order; their account numbers count up from 1, after the validator's. */
export const funded: readonly TestKey[] = [alice, bob, carol, dave, phone, sensor, council];

export function accountNumber(k: TestKey): bigint {
  const at = funded.findIndex((f) => f.address === k.address);
  if (at < 0) throw new Error(`${k.address} is not in the genesis`);
  return BigInt(at + 1);
}

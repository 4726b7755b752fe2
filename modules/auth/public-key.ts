// Public keys of accounts: from the Any in a transaction or in state to what verifies, and to the address it belongs to.
// Source: sdk:crypto/keys, crypto/codec. Keys of wrong lengths panic in the reference when their address is asked for; so they do here.

import { ErrInvalidPubKey } from '../../chain/core/errors.ts';
import { type AccountKey, accountKeyAddress } from '../../chain/crypto/account-key.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { PubKey as Ed25519Key } from '../../proto/gen/cosmos/crypto/ed25519.ts';
import { LegacyAminoPubKey } from '../../proto/gen/cosmos/crypto/multisig.ts';
import { PubKey as Secp256k1Key } from '../../proto/gen/cosmos/crypto/secp256k1.ts';
import { PubKey as Secp256r1Key } from '../../proto/gen/cosmos/crypto/secp256r1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';

const remembered = new WeakMap<Any, AccountKey>();

/** Throws a coded error for a type that is no account key, WireError for undecodable bytes. */
export function accountKeyFromAny(any: Any): AccountKey {
  let key = remembered.get(any);
  if (key === undefined) {
    key = open(any);
    remembered.set(any, key);
  }
  return key;
}

function open(any: Any): AccountKey {
  switch (any.typeUrl) {
    case '/cosmos.crypto.secp256k1.PubKey':
      return { type: 'secp256k1', bytes: Secp256k1Key.decode(any.value).key };
    case '/cosmos.crypto.ed25519.PubKey':
      return { type: 'ed25519', bytes: Ed25519Key.decode(any.value).key };
    case '/cosmos.crypto.secp256r1.PubKey':
      return { type: 'secp256r1', bytes: Secp256r1Key.decode(any.value).key };
    case '/cosmos.crypto.multisig.LegacyAminoPubKey': {
      const m = LegacyAminoPubKey.decode(any.value);
      return { type: 'multisig', threshold: m.threshold, keys: m.publicKeys.map(accountKeyFromAny) };
    }
    default:
      throw ErrInvalidPubKey.wrap(`unrecognized public key type: ${any.typeUrl}`);
  }
}

/** Addresses remembered by key, in entries: the two hashes cost more than finding. */
const ADDRESSES_MAX = 65_536;
// By six bytes of the key as a number: keys that share them push each other out.
const addresses = new Map<number, { readonly key: AccountKey; readonly bytes: Uint8Array; readonly address: Uint8Array }>();

/** Throws CryptoError for a key of a wrong length. */
export function keyAddress(key: AccountKey): Uint8Array {
  if (key.type === 'multisig') return accountKeyAddress(key);
  let id = 0;
  for (let i = Math.max(key.bytes.length - 6, 0); i < key.bytes.length; i++) id = id * 256 + (key.bytes[i] as number);
  const known = addresses.get(id);
  if (known !== undefined && known.key.type === key.type && bytesEqual(known.bytes, key.bytes)) return known.address;
  const address = accountKeyAddress(key);
  if (addresses.size >= ADDRESSES_MAX) addresses.clear();
  addresses.set(id, { key, bytes: key.bytes, address });
  return address;
}

/** Keys that may sign: of a multisig all of its members, of any other one, of none 0. */
export function countSubKeys(key: AccountKey | undefined): number {
  if (key === undefined) return 0;
  return key.type === 'multisig' ? key.keys.reduce((n, k) => n + countSubKeys(k), 0) : 1;
}

// Public keys of accounts: from the Any in a transaction or in state to what verifies, and to the address it belongs to.
// Source: sdk:crypto/keys, crypto/codec. Keys of wrong lengths panic in the reference when their address is asked for; so they do here.

import { PubKey as Ed25519Key } from '../../proto/gen/cosmos/crypto/ed25519.ts';
import { LegacyAminoPubKey } from '../../proto/gen/cosmos/crypto/multisig.ts';
import { PubKey as Secp256k1Key } from '../../proto/gen/cosmos/crypto/secp256k1.ts';
import { PubKey as Secp256r1Key } from '../../proto/gen/cosmos/crypto/secp256r1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { type AccountKey, accountKeyAddress } from '../crypto/account-key.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { ErrInvalidPubKey } from './errors.ts';

/** Keys remembered by their last bytes, with their addresses: reading a key and hashing it twice costs more than finding. A power of two. */
const PLACES = 65_536;
/** Longer ones (multisig) are read each time. */
const REMEMBERED_BYTES_MAX = 64;

interface Known {
  readonly any: Any;
  readonly key: AccountKey;
}
const known: (Known | undefined)[] = new Array(PLACES).fill(undefined);

function placeOf(b: Uint8Array): number {
  const n = b.length;
  return n < 2 ? 0 : ((b[n - 1] as number) << 8) | (b[n - 2] as number);
}

/** Throws a coded error for a type that is no account key, WireError for undecodable bytes. */
export function accountKeyFromAny(any: Any): AccountKey {
  if (any.value.length > REMEMBERED_BYTES_MAX) return open(any);
  const place = placeOf(any.value);
  const found = known[place];
  if (found !== undefined && (found.any === any || (found.any.typeUrl === any.typeUrl && bytesEqual(found.any.value, any.value)))) return found.key;
  // A copy: what was read may be a part of a block.
  const copy = { typeUrl: any.typeUrl, value: any.value.slice() };
  const key = open(copy);
  known[place] = { any: copy, key };
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

const addresses: ({ readonly key: AccountKey; readonly address: Uint8Array } | undefined)[] = new Array(PLACES).fill(undefined);

/** Throws CryptoError for a key of a wrong length. */
export function keyAddress(key: AccountKey): Uint8Array {
  if (key.type === 'multisig') return accountKeyAddress(key);
  const place = placeOf(key.bytes);
  const found = addresses[place];
  if (found !== undefined && (found.key === key || (found.key.type === key.type && bytesEqual(found.key.bytes, key.bytes)))) {
    return found.address;
  }
  const address = accountKeyAddress(key);
  addresses[place] = { key, address };
  return address;
}

/** Keys that may sign: of a multisig all of its members, of any other one, of none 0. */
export function countSubKeys(key: AccountKey | undefined): number {
  if (key === undefined) return 0;
  return key.type === 'multisig' ? key.keys.reduce((n, k) => n + countSubKeys(k), 0) : 1;
}

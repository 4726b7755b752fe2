// Account keys in transactions and accounts: Any ↔ the keys of chain/crypto. Source: sdk:crypto/codec, crypto/keys.

import { PubKey as Ed25519PubKey } from '../../proto/gen/cosmos/crypto/ed25519.ts';
import { LegacyAminoPubKey } from '../../proto/gen/cosmos/crypto/multisig.ts';
import { PubKey as Secp256k1PubKey } from '../../proto/gen/cosmos/crypto/secp256k1.ts';
import { PubKey as Secp256r1PubKey } from '../../proto/gen/cosmos/crypto/secp256r1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import type { AccountKey } from '../crypto/account-key.ts';
import { WireError } from '../encoding/proto-wire.ts';
import { TxError } from './errors.ts';

const TYPES = { ed25519: Ed25519PubKey, secp256k1: Secp256k1PubKey, secp256r1: Secp256r1PubKey } as const;
const MULTISIG_URL = `/${LegacyAminoPubKey.name}`;
/** As deep as the decoder opens Anys. */
const DEPTH_MAX = 10;

/** Throws TxError on a type that is no account key, and on bytes that are no such message. */
export function accountKeyOf(any: Any, depth = 0): AccountKey {
  if (depth > DEPTH_MAX) throw new TxError('multisig keys are nested too deeply');
  try {
    for (const type of ['secp256k1', 'ed25519', 'secp256r1'] as const) {
      if (any.typeUrl === `/${TYPES[type].name}`) return { type, bytes: TYPES[type].decode(any.value).key };
    }
    if (any.typeUrl === MULTISIG_URL) {
      const m = LegacyAminoPubKey.decode(any.value);
      return { type: 'multisig', threshold: m.threshold, keys: m.publicKeys.map((k) => accountKeyOf(k, depth + 1)) };
    }
  } catch (e) {
    throw e instanceof WireError ? new TxError(`public key ${any.typeUrl}: ${e.message}`) : e;
  }
  throw new TxError(`${JSON.stringify(any.typeUrl)} is not an account key`);
}

export function anyOfAccountKey(key: AccountKey): Any {
  if (key.type === 'multisig') {
    const value = LegacyAminoPubKey.encode({ threshold: key.threshold, publicKeys: key.keys.map(anyOfAccountKey) });
    return { typeUrl: MULTISIG_URL, value };
  }
  const codec = TYPES[key.type];
  return { typeUrl: `/${codec.name}`, value: codec.encode({ key: key.bytes }) };
}

// An entry of the keyring: cosmos.crypto.keyring.v1.Record, whose keys are Any messages of the SDK's key types.

import { PrivKey as Ed25519PrivKey } from '../../../proto/gen/cosmos/crypto/ed25519.ts';
import { Record as RecordMessage } from '../../../proto/gen/cosmos/crypto/keyring/v1.ts';
import { PrivKey as Secp256k1PrivKey } from '../../../proto/gen/cosmos/crypto/secp256k1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import type { AccountKey } from '../../crypto/account-key.ts';
import { accountKeyAddress } from '../../crypto/account-key.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { WireError } from '../../encoding/proto-wire.ts';
import { TxError } from '../../tx/errors.ts';
import { accountKeyOf, anyOfAccountKey } from '../../tx/public-key.ts';
import { KeyringError } from './errors.ts';
import { type PrivateKey, privateKeyAmino, privateKeyFromBytes, publicKeyOf } from './private-key.ts';

export type RecordType = 'local' | 'offline' | 'multi' | 'ledger';

export interface KeyRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly publicKey: AccountKey;
  readonly address: Uint8Array;
  /** Only of type local. */
  readonly privateKey: PrivateKey | undefined;
}

const url = (name: string): string => `/${name}`;

function privateKeyToAny(key: PrivateKey): Any {
  const amino = privateKeyAmino(key);
  const bytes = amino.subarray(5);
  return key.type === 'secp256k1'
    ? { typeUrl: url(Secp256k1PrivKey.name), value: Secp256k1PrivKey.encode({ key: bytes }) }
    : { typeUrl: url(Ed25519PrivKey.name), value: Ed25519PrivKey.encode({ key: bytes }) };
}

function privateKeyFromAny(any: Any | undefined): PrivateKey {
  if (any?.typeUrl === url(Secp256k1PrivKey.name)) return privateKeyFromBytes('secp256k1', Secp256k1PrivKey.decode(any.value).key);
  if (any?.typeUrl === url(Ed25519PrivKey.name)) return privateKeyFromBytes('ed25519', Ed25519PrivKey.decode(any.value).key);
  throw new KeyringError(`keyring: unknown private key type ${any?.typeUrl ?? '(none)'}`);
}

export function localRecord(name: string, privateKey: PrivateKey): KeyRecord {
  const publicKey = publicKeyOf(privateKey);
  return { name, type: 'local', publicKey, address: accountKeyAddress(publicKey), privateKey };
}

export function publicRecord(name: string, type: 'offline' | 'multi', publicKey: AccountKey): KeyRecord {
  return { name, type, publicKey, address: accountKeyAddress(publicKey), privateKey: undefined };
}

export function encodeRecord(r: KeyRecord): Uint8Array {
  const item: RecordMessage['item'] =
    r.privateKey !== undefined
      ? { case: 'local', value: { privKey: privateKeyToAny(r.privateKey) } }
      : { case: r.type === 'multi' ? 'multi' : 'offline', value: {} };
  return RecordMessage.encode({ name: r.name, pubKey: anyOfAccountKey(r.publicKey), item });
}

/** Throws KeyringError. */
export function decodeRecord(b: Uint8Array): KeyRecord {
  try {
    const m = RecordMessage.decode(b);
    if (m.pubKey === undefined) throw new KeyringError('keyring: a record has no public key');
    const publicKey = accountKeyOf(m.pubKey);
    const type = m.item?.case ?? 'offline';
    const privateKey = m.item?.case === 'local' ? privateKeyFromAny(m.item.value.privKey) : undefined;
    return { name: m.name, type, publicKey, address: accountKeyAddress(publicKey), privateKey };
  } catch (e) {
    if (e instanceof WireError || e instanceof TxError || e instanceof CryptoError) throw new KeyringError(`keyring: a record is malformed: ${e.message}`);
    throw e;
  }
}

// Keys of accounts: what they are, their legacy amino bytes (sdk:crypto/codec/amino.go: four bytes of the registered name's hash, then
// the value), and their addresses.
import { concatBytes, fromHex, toHex } from '../encoding/bytes.ts';
import { LENGTH_DELIMITED, Reader, VARINT, WireError, Writer } from '../encoding/proto-wire.ts';
import { ed25519Address, secp256k1Address, secp256r1Address } from './address.ts';
import { CryptoError } from './errors.ts';
import type { SignatureAlgorithm } from './ports.ts';
import { tmhashTruncated } from './sha256.ts';

export interface SimpleKey {
  readonly type: SignatureAlgorithm;
  /** ed25519 32 bytes; the others 33, compressed. */
  readonly bytes: Uint8Array;
}
/** `threshold` of `keys` must sign; a key may be there twice. */
export interface MultisigKey {
  readonly type: 'multisig';
  readonly threshold: number;
  readonly keys: readonly AccountKey[];
}
export type AccountKey = SimpleKey | MultisigKey;

const SECP256K1_PREFIX = 'eb5ae987';
const ED25519_PREFIX = '1624de64';
const MULTISIG_PREFIX = '22c1f7e2';
/** Multisigs inside of multisigs deeper than this are refused. */
const NESTING_MAX = 16;
/** Longer amino keys are refused before they are decoded. */
export const AMINO_KEY_BYTES_MAX = 65_536;

function encode(key: AccountKey, depth: number): Uint8Array {
  if (depth > NESTING_MAX) throw new CryptoError('key', 'multisig keys are nested too deeply');
  switch (key.type) {
    case 'secp256k1':
    case 'ed25519':
      return concatBytes(fromHex(key.type === 'secp256k1' ? SECP256K1_PREFIX : ED25519_PREFIX), Uint8Array.of(key.bytes.length), key.bytes);
    case 'multisig': {
      const w = new Writer();
      if (key.threshold !== 0) w.tag(1, VARINT).uint32(key.threshold);
      for (const k of key.keys) w.tag(2, LENGTH_DELIMITED).bytes(encode(k, depth + 1));
      return concatBytes(fromHex(MULTISIG_PREFIX), w.finish());
    }
    default:
      throw new CryptoError('key', `${key.type} keys have no amino name`);
  }
}

/** Throws CryptoError on secp256r1, which has no amino name. */
export function aminoKeyBytes(key: AccountKey): Uint8Array {
  return encode(key, 0);
}

function decode(data: Uint8Array, depth: number): AccountKey {
  if (depth > NESTING_MAX) throw new CryptoError('key', 'multisig keys are nested too deeply');
  const prefix = toHex(data.subarray(0, 4));
  if (prefix === SECP256K1_PREFIX || prefix === ED25519_PREFIX) {
    const type = prefix === SECP256K1_PREFIX ? 'secp256k1' : 'ed25519';
    const length = type === 'secp256k1' ? 33 : 32;
    if (data.length !== 5 + length || data[4] !== length) throw new CryptoError('key', `amino ${type} key has a wrong length`);
    return { type, bytes: data.slice(5) };
  }
  if (prefix !== MULTISIG_PREFIX) throw new CryptoError('key', `unknown amino prefix ${prefix}`);
  const r = new Reader(data, 4);
  let threshold = 0;
  const keys: AccountKey[] = [];
  while (!r.done()) {
    const tag = r.tag();
    if (tag === 8 && keys.length === 0) threshold = r.uint32();
    else if (tag === 18) keys.push(decode(r.bytes(), depth + 1));
    else throw new CryptoError('key', `unknown field ${tag >>> 3} in an amino multisig key`);
  }
  return { type: 'multisig', threshold, keys };
}

/** Throws CryptoError on anything but an amino key. */
export function decodeAminoKey(data: Uint8Array): AccountKey {
  if (data.length > AMINO_KEY_BYTES_MAX) throw new CryptoError('key', `amino key of ${data.length} bytes is longer than ${AMINO_KEY_BYTES_MAX}`);
  try {
    return decode(data, 0);
  } catch (e) {
    if (e instanceof WireError) throw new CryptoError('key', e.message);
    throw e;
  }
}

/** 20 bytes, for secp256r1 32; throws CryptoError on a key of a wrong length. */
export function accountKeyAddress(key: AccountKey): Uint8Array {
  switch (key.type) {
    case 'ed25519':
      return ed25519Address(key.bytes);
    case 'secp256k1':
      return secp256k1Address(key.bytes);
    case 'secp256r1':
      return secp256r1Address(key.bytes);
    case 'multisig':
      return tmhashTruncated(aminoKeyBytes(key));
  }
}

// The key files of a home, in CometBFT's JSON (cmt:privval/file.go, p2p/key.go). Files that are there are kept: a key is never overwritten.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { tmhashTruncated } from '../../crypto/sha256.ts';
import { currentSigner } from '../../crypto/signatures.ts';
import { bytesEqual, concatBytes, fromBase64, toBase64, toHex, toHexUpper } from '../../encoding/bytes.ts';
import { ConfigError } from './errors.ts';

const PRIVATE_TYPE = 'tendermint/PrivKeyEd25519';
const PUBLIC_TYPE = 'tendermint/PubKeyEd25519';
const FILE_CHARS_MAX = 65_536;

export interface Ed25519Key {
  /** 32 bytes. */
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

export function ed25519Key(seed: Uint8Array = new Uint8Array(randomBytes(32))): Ed25519Key {
  return { seed, publicKey: currentSigner().ed25519PublicKey(seed) };
}

/** The first 20 bytes of the key's SHA-256: a validator's address, and in hex a node's id. */
export const keyAddress = (key: Ed25519Key): Uint8Array => tmhashTruncated(key.publicKey);
export const nodeId = (key: Ed25519Key): string => toHex(keyAddress(key));

const privateJson = (key: Ed25519Key) => ({ type: PRIVATE_TYPE, value: toBase64(concatBytes(key.seed, key.publicKey)) });

function readKey(file: string): Ed25519Key {
  const fail = (why: string): never => {
    throw new ConfigError(`${file}: ${why}`);
  };
  const text = readFileSync(file, 'utf8');
  if (text.length > FILE_CHARS_MAX) fail('is too large for a key file');
  let json: { priv_key?: { type?: unknown; value?: unknown } };
  try {
    json = JSON.parse(text) as typeof json;
  } catch {
    return fail('is not JSON');
  }
  if (json?.priv_key?.type !== PRIVATE_TYPE) fail(`holds no key of type ${PRIVATE_TYPE}`);
  let bytes = new Uint8Array(0);
  try {
    bytes = fromBase64(String(json.priv_key?.value)) as Uint8Array<ArrayBuffer>;
  } catch {
    fail('holds a key that is not base64');
  }
  if (bytes.length !== 64) fail('holds a key that has not 64 bytes');
  const key = ed25519Key(bytes.slice(0, 32));
  if (!bytesEqual(key.publicKey, bytes.subarray(32))) fail('holds a private key whose public half belongs to another');
  return key;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

/** node_key.json; made where it is missing. Throws ConfigError on a malformed one. */
export function loadOrMakeNodeKey(file: string): Ed25519Key {
  if (existsSync(file)) return readKey(file);
  const key = ed25519Key();
  write(file, JSON.stringify({ priv_key: privateJson(key) }));
  return key;
}

export const readNodeKey = readKey;
export const readValidatorKey = readKey;

/** priv_validator_key.json and priv_validator_state.json; made where they are missing, the key from `seed` if it is given. */
export function loadOrMakeValidatorKey(keyFile: string, stateFile: string, seed?: Uint8Array): Ed25519Key {
  let key: Ed25519Key;
  if (existsSync(keyFile)) key = readKey(keyFile);
  else {
    key = ed25519Key(seed);
    const json = {
      address: toHexUpper(keyAddress(key)),
      pub_key: { type: PUBLIC_TYPE, value: toBase64(key.publicKey) },
      priv_key: privateJson(key),
    };
    write(keyFile, JSON.stringify(json, null, 2));
  }
  if (!existsSync(stateFile)) write(stateFile, JSON.stringify({ height: '0', round: 0, step: 0 }, null, 2));
  return key;
}

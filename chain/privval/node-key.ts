// node_key.json: the key of a node towards its peers (cmt:p2p/key.go). The node id is the key's address in lower-case hex.
import { existsSync } from 'node:fs';
import { toHex } from '../encoding/bytes.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { KeyFileError } from './errors.ts';
import { generateEd25519, type PrivateKey, privateKeyFromJson, privateKeyToJson, publicKeyOf } from './private-key.ts';
import { readFields } from './strict-json.ts';
import { writeFileAtomic } from './write-atomic.ts';

export interface NodeKey {
  readonly privateKey: PrivateKey;
  /** 40 lower-case hex digits. */
  readonly id: string;
}

function nodeKey(privateKey: PrivateKey): NodeKey {
  return { privateKey, id: toHex(addressOfKey(publicKeyOf(privateKey))) };
}

export function generateNodeKey(): NodeKey {
  return nodeKey(generateEd25519());
}

export function writeNodeKey(path: string, key: NodeKey): void {
  writeFileAtomic(path, `{"priv_key":${privateKeyToJson(key.privateKey)}}`);
}

/** Throws KeyFileError where the file is missing or corrupt. */
export function loadNodeKey(path: string): NodeKey {
  const raw = readFields(path, 'node key', ['priv_key']).get('priv_key');
  if (raw === undefined) throw new KeyFileError(path, 'the node key file has no priv_key');
  try {
    const key = privateKeyFromJson(JSON.parse(raw));
    if (privateKeyToJson(key) !== raw) throw new RangeError('priv_key is not in its canonical form');
    return nodeKey(key);
  } catch (e) {
    throw new KeyFileError(path, `the node key file is corrupt: ${(e as Error).message}`);
  }
}

export function loadOrGenerateNodeKey(path: string): NodeKey {
  if (existsSync(path)) return loadNodeKey(path);
  const key = generateNodeKey();
  writeNodeKey(path, key);
  return key;
}

// priv_validator_key.json as CometBFT writes it: {"address": upper-case hex, "pub_key": {type, value}, "priv_key": {type, value}}.
import { toHexUpper } from '../encoding/bytes.ts';
import { jPublicKey } from '../types/json/keys.ts';
import { respaceJson } from '../types/json/raw.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { KeyFileError } from './errors.ts';
import { type PrivateKey, privateKeyFromJson, privateKeyToJson, publicKeyOf } from './private-key.ts';
import { readFields } from './strict-json.ts';
import { writeFileAtomic } from './write-atomic.ts';

const WHAT = 'validator key';

/** Raw JSON of each field. */
function fieldsOf(key: PrivateKey): Readonly<Record<string, string>> {
  const pub = publicKeyOf(key);
  return { address: `"${toHexUpper(addressOfKey(pub))}"`, pub_key: JSON.stringify(jPublicKey.to(pub)), priv_key: privateKeyToJson(key) };
}

export function keyFileText(key: PrivateKey): string {
  const fields = Object.entries(fieldsOf(key)).map(([name, raw]) => `"${name}":${raw}`);
  return respaceJson(`{${fields.join(',')}}`, '  ');
}

export function writeKeyFile(path: string, key: PrivateKey): void {
  writeFileAtomic(path, keyFileText(key));
}

/** Throws KeyFileError where the file is missing, corrupt, or its address or public key is not that of its private key. */
export function readKeyFile(path: string): PrivateKey {
  const fields = readFields(path, WHAT, ['address', 'pub_key', 'priv_key']);
  const raw = fields.get('priv_key');
  if (raw === undefined) throw new KeyFileError(path, `the ${WHAT} file has no priv_key`);
  let key: PrivateKey;
  try {
    key = privateKeyFromJson(JSON.parse(raw));
  } catch (e) {
    throw new KeyFileError(path, `the ${WHAT} file is corrupt: priv_key: ${(e as Error).message}`);
  }
  for (const [name, want] of Object.entries(fieldsOf(key))) {
    const got = fields.get(name);
    if (got === want) continue;
    throw new KeyFileError(path, got === undefined ? `the ${WHAT} file has no ${name}` : `the ${WHAT} file is corrupt: ${name} is not that of the private key`);
  }
  return key;
}

// Consensus keys in JSON: {"type": amino name, "value": base64} (wire.md, Keys).
import '../secp256k1-addresses.ts';
import { TypesError } from '../errors.ts';
import type { PublicKey, PublicKeyType } from '../public-key.ts';
import { checkKeySize } from '../validator-address.ts';
import { NO_PUBLIC_KEY } from '../validator-codec.ts';
import { field, type JsonCodec, jBase64Present, jObject, jString, jsonFail } from './json-codec.ts';

export const PUBLIC_KEY_NAMES: Readonly<Record<PublicKeyType, string>> = {
  ed25519: 'tendermint/PubKeyEd25519',
  secp256k1: 'tendermint/PubKeySecp256k1',
  bls12381: 'cometbft/PubKeyBls12_381',
  mldsa65: 'cometbft/PubKeyMlDsa65',
  secp256k1eth: 'tendermint/PubKeySecp256k1eth',
};
const TYPES = new Map(Object.entries(PUBLIC_KEY_NAMES).map(([type, name]) => [name, type as PublicKeyType]));

const wrapper = jObject<{ type: string; value: Uint8Array }>({ type: field('type', jString), value: field('value', jBase64Present) });

export const jPublicKey: JsonCodec<PublicKey> = {
  to: (k) => (k.value.length === 0 ? null : wrapper.to({ type: PUBLIC_KEY_NAMES[k.case], value: k.value })),
  from: (j, path) => {
    const w = wrapper.from(j, path);
    const type = TYPES.get(w.type) ?? jsonFail(path, `unknown key type ${JSON.stringify(w.type.slice(0, 64))}`);
    const key: PublicKey = { case: type, value: w.value };
    try {
      checkKeySize(key);
    } catch (e) {
      if (e instanceof TypesError) jsonFail(path, e.message);
      throw e;
    }
    return key;
  },
  zero: () => NO_PUBLIC_KEY,
};

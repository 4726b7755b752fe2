// Keys from words: BIP-39 seeds and BIP-32 derivation along a BIP-44 path (sdk:crypto/hd). The registered coin type of Cosmos is 118.
import { HDKey } from '@scure/bip32';
import { entropyToMnemonic, generateMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { KeyringError } from './errors.ts';
import type { PrivateKey } from './private-key.ts';

export const COIN_TYPE = 118;
const INDEX_MAX = 0x7fffffff;

/** 24 words. */
export const newMnemonic = (): string => generateMnemonic(wordlist, 256);
export const mnemonicFromEntropy = (entropy: Uint8Array): string => entropyToMnemonic(entropy, wordlist);

export function hdPath(coinType = COIN_TYPE, account = 0, index = 0): string {
  for (const n of [coinType, account, index]) {
    if (!Number.isInteger(n) || n < 0 || n > INDEX_MAX) throw new KeyringError(`HD path: numbers lie between 0 and ${INDEX_MAX}`);
  }
  return `m/44'/${coinType}'/${account}'/0/${index}`;
}

/** Words are separated by any space. Throws KeyringError. */
export function keyFromMnemonic(words: string, path = hdPath(), bip39Passphrase = ''): PrivateKey {
  const mnemonic = words.trim().split(/\s+/).join(' ');
  if (!validateMnemonic(mnemonic, wordlist)) throw new KeyringError('the mnemonic is invalid: a word is wrong or missing');
  const full = path.startsWith('m/') ? path : `m/${path}`;
  let secret: Uint8Array | null;
  try {
    secret = HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic, bip39Passphrase)).derive(full).privateKey;
  } catch (e) {
    throw new KeyringError(`HD path ${JSON.stringify(path)}: ${(e as Error).message}`);
  }
  if (secret === null) throw new KeyringError(`HD path ${JSON.stringify(path)} gives no private key`);
  return { type: 'secp256k1', secret };
}

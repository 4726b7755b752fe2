// Hashes, mnemonics, addresses and the keys of the SecretConnection. Every hash is run on the portable and on the native implementation.
import { deepEqual, equal } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { accountKeyAddress, aminoKeyBytes, decodeAminoKey } from '../../chain/crypto/account-key.ts';
import { ed25519Address, secp256k1Address } from '../../chain/crypto/address.ts';
import { bech32Decode, bech32Encode } from '../../chain/crypto/bech32.ts';
import { keccak256 } from '../../chain/crypto/keccak256.ts';
import { nobleSigner } from '../../chain/crypto/noble.ts';
import type { Hash, Hasher } from '../../chain/crypto/ports.ts';
import { ripemd160 } from '../../chain/crypto/ripemd160.ts';
import { secretConnectionKeys } from '../../chain/crypto/secret-connection-keys.ts';
import { portableHasher } from '../../chain/crypto/sha256.ts';
import { fromBase64, fromHex, toBase64, toHex, toHexUpper } from '../../chain/encoding/bytes.ts';
import { createNativeHasher } from '../../chain/native/hasher.ts';
import { createNativeSigner } from '../../chain/native/signer.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

const hashers: readonly Hasher[] = [portableHasher, createNativeHasher()];
/** sha256 of one input through the port that takes many. */
const alone =
  (h: Hasher): Hash =>
  (data) => {
    const out = new Uint8Array(32);
    h.sha256Many(data, Uint32Array.of(0), Uint32Array.of(data.length), out);
    return out;
  };
const sha256s: readonly Hash[] = hashers.flatMap((h) => [h.sha256, alone(h)]);

const hashes =
  (property: string, implementations: readonly Hash[]): Handlers[string] =>
  async (file, t) => {
    const list = (file.json() as Record<string, { in: string; out: string }[]>)[property] ?? [];
    for (const [i, c] of list.entries()) {
      await t.case(`${i}`, () => {
        for (const hash of implementations) equal(toHex(hash(fromHex(c.in))), c.out);
      });
    }
  };

/** The address of a wallet's account under each of the forms in which a case names its key. */
function addressCase(c: Record<string, unknown>): void {
  const checkBech32 = (address: Uint8Array): void => {
    if (c.bech32 === undefined) return;
    const { prefix, bytes } = bech32Decode(c.bech32 as string);
    deepEqual(bytes, address);
    equal(bech32Encode(prefix, address), c.bech32);
  };
  switch (c.type) {
    case 'secp256k1': {
      const key = fromHex(c.pub as string);
      for (const signer of [nobleSigner, createNativeSigner()]) deepEqual(signer.secp256k1PublicKey(fromHex(c.priv as string)), key);
      equal(toHexUpper(secp256k1Address(key)), c.address);
      return;
    }
    case 'ed25519': {
      const address = ed25519Address(fromHex(c.pub as string));
      if (c.address !== undefined) equal(toHexUpper(address), c.address);
      checkBech32(address);
      return;
    }
    case 'multisig': {
      const keys = (c.pubkeys_bech32_amino as string[]).map((s) => decodeAminoKey(bech32Decode(s).bytes));
      const key = { type: 'multisig', threshold: c.threshold as number, keys } as const;
      deepEqual(decodeAminoKey(aminoKeyBytes(key)), key);
      equal(toHex(accountKeyAddress(key)), c.address);
      checkBech32(accountKeyAddress(key));
      return;
    }
    case 'amino-pubkey': {
      const { prefix, bytes } = bech32Decode(c.bech32 as string);
      const key = decodeAminoKey(bytes);
      const json = c.json as { type: string; value: string };
      equal(json.type, 'tendermint/PubKeyEd25519');
      equal(key.type, 'ed25519');
      if (key.type === 'ed25519') equal(toBase64(key.bytes), json.value);
      equal(bech32Encode(prefix, aminoKeyBytes(key)), c.bech32);
      return;
    }
    case 'tx-hash':
      for (const hash of sha256s) equal(toHexUpper(hash(fromBase64(c.tx_base64 as string))), c.hash);
      return;
    default:
      throw new Error(`unknown kind of case: ${String(c.type)}`);
  }
}

async function eachCase(file: VectorFile, t: Cases, check: (c: Record<string, unknown>) => void): Promise<void> {
  for (const [i, c] of (file.json() as { cases: Record<string, unknown>[] }).cases.entries()) await t.case(`${i}`, () => check(c));
}

export const handlers: Handlers = {
  'cosmjs-data/keccak.json': hashes('keccak256', [keccak256]),
  'cosmjs-data/ripemd.json': hashes('ripemd160', [ripemd160, (b) => new Uint8Array(createHash('ripemd160').update(b).digest())]),
  'cosmjs-data/sha.json': hashes('sha256', sha256s),
  'cosmjs-data/bip39.json': async (file, t) => {
    for (const [words, list] of Object.entries((file.json() as { encoding: Record<string, { entropy: string; mnemonic: string }[]> }).encoding)) {
      await t.case(`${words} words`, () => {
        for (const { entropy, mnemonic } of list) {
          equal(entropyToMnemonic(fromHex(entropy), wordlist), mnemonic);
          equal(toHex(mnemonicToEntropy(mnemonic, wordlist)), entropy);
          equal(mnemonic.split(' ').length, Number(words));
        }
      });
    }
  },
  'code-derived/addresses.json': (file, t) => eachCase(file, t, addressCase),
  'code-derived/secretconn-kdf.json': (file, t) =>
    eachCase(file, t, (c) => {
      const keys = secretConnectionKeys(fromHex(c.dh_secret as string), c.loc_is_least as boolean);
      equal(toHex(keys.receive), c.recv_key);
      equal(toHex(keys.send), c.send_key);
      equal(toHex(keys.challenge), c.challenge);
    }),
};

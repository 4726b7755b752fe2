// Keys by name and by address (sdk:crypto/keyring). Each key is two items: `<name>.info` with the record, `<address hex>.address` with the
// name of the first.
import { join } from 'node:path';
import type { AccountKey } from '../../crypto/account-key.ts';
import { signEd25519, signSecp256k1 } from '../../crypto/signatures.ts';
import { fromUtf8, toHex, utf8 } from '../../encoding/bytes.ts';
import { KeyringError } from './errors.ts';
import { checkPassphrase, folderStore, type ItemStore, memoryStore } from './item-store.ts';
import { decryptPrivateKey, encryptPrivateKey } from './key-armor.ts';
import type { PrivateKey } from './private-key.ts';
import { decodeRecord, encodeRecord, type KeyRecord, localRecord, publicRecord } from './record.ts';

const INFO = '.info';
const addressItem = (address: Uint8Array): string => `${toHex(address)}.address`;
const NAME_CHARS_MAX = 128;

export class Keyring {
  readonly #items: ItemStore;

  constructor(items: ItemStore) {
    this.#items = items;
  }

  /** Throws KeyringError where there is none. */
  get(name: string): KeyRecord {
    return this.find(name) ?? missing(name);
  }

  find(name: string): KeyRecord | undefined {
    const data = this.#items.get(name + INFO);
    return data === undefined ? undefined : decodeRecord(data);
  }

  byAddress(address: Uint8Array): KeyRecord | undefined {
    const name = this.#items.get(addressItem(address));
    return name === undefined ? undefined : this.find(fromUtf8(name).slice(0, -INFO.length));
  }

  /** In order of names. */
  list(): KeyRecord[] {
    return this.#items
      .names()
      .filter((n) => n.endsWith(INFO))
      .map((n) => this.get(n.slice(0, -INFO.length)));
  }

  addPrivateKey(name: string, key: PrivateKey): KeyRecord {
    return this.#add(localRecord(name, key));
  }

  /** A key of which only the public half is here, or a multisig of such keys. */
  addPublicKey(name: string, key: AccountKey): KeyRecord {
    return this.#add(publicRecord(name, key.type === 'multisig' ? 'multi' : 'offline', key));
  }

  #add(record: KeyRecord): KeyRecord {
    const { name } = record;
    if (name.trim() === '' || name.length > NAME_CHARS_MAX) throw new KeyringError(`key name ${JSON.stringify(name)}: give 1 to ${NAME_CHARS_MAX} characters`);
    if (this.find(name) !== undefined) throw new KeyringError(`key ${name} exists already; delete or rename it first`);
    const other = this.byAddress(record.address);
    if (other !== undefined) throw new KeyringError(`the same key is there already, named ${other.name}`);
    this.#items.set(name + INFO, encodeRecord(record));
    this.#items.set(addressItem(record.address), utf8(name + INFO));
    return record;
  }

  delete(name: string): void {
    const { address } = this.get(name);
    this.#items.remove(addressItem(address));
    this.#items.remove(name + INFO);
  }

  rename(from: string, to: string): void {
    const record = this.get(from);
    if (this.find(to) !== undefined) throw new KeyringError(`key ${to} exists already`);
    // The new record is written before the old one goes, so that a crash never loses the key.
    this.#items.set(to + INFO, encodeRecord({ ...record, name: to }));
    this.#items.set(addressItem(record.address), utf8(to + INFO));
    this.#items.remove(from + INFO);
  }

  /** 64-byte signature over the message (secp256k1: over its SHA-256). */
  sign(name: string, message: Uint8Array): Uint8Array {
    const { type, secret } = this.privateKey(name);
    return type === 'secp256k1' ? signSecp256k1(secret, message) : signEd25519(secret, message);
  }

  /** Throws KeyringError where only the public half is here. */
  privateKey(name: string): PrivateKey {
    const { privateKey, type } = this.get(name);
    if (privateKey === undefined) throw new KeyringError(`key ${name} is of type ${type}: its private half is not here`);
    return privateKey;
  }

  exportArmor(name: string, passphrase: string): string {
    return encryptPrivateKey(this.privateKey(name), passphrase);
  }

  importArmor(name: string, armor: string, passphrase: string): KeyRecord {
    return this.addPrivateKey(name, decryptPrivateKey(armor, passphrase));
  }
}

function missing(name: string): never {
  throw new KeyringError(`no key is named ${name}; "keys list" shows those that are there`);
}

export interface KeyringOptions {
  readonly backend: string;
  /** The folders keyring-file and keyring-test lie in it. */
  readonly dir: string;
  /** Asks for the passphrase of the file backend: twice where `fresh`. */
  readonly passphrase: (fresh: boolean) => string;
}

const PASSPHRASE_CHARS_MIN = 8;

/** Throws KeyringError on a backend that is not built. */
export function openKeyring({ backend, dir, passphrase }: KeyringOptions): Keyring {
  switch (backend) {
    case 'memory':
      return new Keyring(memoryStore());
    case 'test':
      return new Keyring(folderStore(join(dir, 'keyring-test'), () => 'test'));
    case 'file': {
      const folder = join(dir, 'keyring-file');
      const ask = (fresh: boolean): string => {
        const given = passphrase(fresh);
        if (fresh && given.length < PASSPHRASE_CHARS_MIN) throw new KeyringError(`the passphrase must have at least ${PASSPHRASE_CHARS_MIN} characters`);
        if (!checkPassphrase(folder, given)) throw new KeyringError('the passphrase of the keyring is wrong');
        return given;
      };
      return new Keyring(folderStore(folder, ask));
    }
    default:
      throw new KeyringError(`keyring backend ${JSON.stringify(backend)} is not supported; use --keyring-backend file, test or memory`);
  }
}

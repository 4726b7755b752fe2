// Where the keyring's items lie: bytes by name. `file` and `test` are folders in the layout of the Go keyring library, `memory` is gone
// with the process.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64, toBase64, utf8 } from '../../encoding/bytes.ts';
import { writeFileWhole } from '../files.ts';
import { bcryptHash, bcryptVerify } from './bcrypt.ts';
import { KeyringError } from './errors.ts';
import { decryptJwe, encryptJwe } from './jwe.ts';

export interface ItemStore {
  /** undefined where there is none. */
  get(name: string): Uint8Array | undefined;
  set(name: string, data: Uint8Array): void;
  remove(name: string): void;
  names(): string[];
}

export function memoryStore(): ItemStore {
  const items = new Map<string, Uint8Array>();
  return {
    get: (name) => items.get(name),
    set: (name, data) => void items.set(name, data),
    remove: (name) => void items.delete(name),
    names: () => [...items.keys()].sort(),
  };
}

const KEY_HASH = 'keyhash';
const KEY_HASH_COST = 10;

/** The library escapes only what a file name cannot hold. */
const toFileName = (name: string): string => name.replace(/[/%]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
const fromFileName = (file: string): string => file.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** `passphrase` is asked once, at the first item that needs it; `fresh` tells that the folder has none yet. */
export function folderStore(folder: string, passphrase: (fresh: boolean) => string): ItemStore {
  let known: string | undefined;
  const unlock = (): string => {
    known ??= passphrase(!hasKeyHash(folder));
    return known;
  };
  return {
    get: (name) => {
      let token: string;
      try {
        token = readFileSync(join(folder, toFileName(name)), 'utf8');
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw e;
      }
      return itemData(decryptJwe(token, unlock()), name);
    },
    set: (name, data) => {
      const item = {
        Key: name,
        Data: toBase64(data),
        Label: '',
        Description: '',
        KeychainNotTrustApplication: false,
        KeychainNotSynchronizable: false,
      };
      const token = encryptJwe(JSON.stringify(item), unlock());
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileWhole(join(folder, toFileName(name)), token, 0o600);
    },
    remove: (name) => rmSync(join(folder, toFileName(name)), { force: true }),
    names: () => {
      try {
        return readdirSync(folder)
          .filter((f) => f !== KEY_HASH)
          .map(fromFileName)
          .sort();
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw e;
      }
    },
  };
}

function itemData(json: string, name: string): Uint8Array {
  try {
    const { Data } = JSON.parse(json) as { Data: string };
    return fromBase64(Data);
  } catch {
    throw new KeyringError(`keyring: the entry ${name} is malformed`);
  }
}

function hasKeyHash(folder: string): boolean {
  return readKeyHash(folder) !== undefined;
}

function readKeyHash(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, KEY_HASH), 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether the passphrase is that of the folder; a folder without a hash takes this one as its own. */
export function checkPassphrase(folder: string, passphrase: string): boolean {
  const hash = readKeyHash(folder);
  if (hash !== undefined) return bcryptVerify(hash, utf8(passphrase));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, KEY_HASH), bcryptHash(utf8(passphrase), crypto.getRandomValues(new Uint8Array(16)), KEY_HASH_COST), { mode: 0o600 });
  return true;
}

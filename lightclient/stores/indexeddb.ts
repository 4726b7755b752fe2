// Values in a page's IndexedDB, each put in a transaction of its own that is durable before it resolves.
import { LightError } from '../errors.ts';
import type { Store } from '../store.ts';

interface Request<T> {
  result: T;
  error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface ObjectStore {
  get(key: string): Request<unknown>;
  put(value: Uint8Array, key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
}
interface Transaction {
  error: unknown;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): ObjectStore;
}
interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: 'readonly' | 'readwrite', options: { durability: 'strict' }): Transaction;
}

/** What is used of `indexedDB`. */
export interface IndexedDb {
  open(name: string, version: number): Request<Database> & { onupgradeneeded: (() => void) | null };
}

const TABLE = 'light';

const failed = (e: unknown): LightError => new LightError('store', `IndexedDB: ${(e as { message?: string } | null)?.message ?? 'failed'}`);

const settled = <T>(r: Request<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    r.onsuccess = () => resolve(r.result);
    r.onerror = () => reject(failed(r.error));
  });

/** `name` of the database: one a chain. */
export async function indexedDbStore(host: IndexedDb, name: string): Promise<Store> {
  const opening = host.open(name, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(TABLE);
  const db = await settled(opening);
  const write = (change: (s: ObjectStore) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const t = db.transaction(TABLE, 'readwrite', { durability: 'strict' });
      t.oncomplete = () => resolve();
      t.onabort = () => reject(failed(t.error));
      change(t.objectStore(TABLE));
    });
  return {
    async get(key) {
      const value = await settled(db.transaction(TABLE, 'readonly', { durability: 'strict' }).objectStore(TABLE).get(key));
      if (value === undefined) return undefined;
      if (!(value instanceof Uint8Array)) throw new LightError('store', `IndexedDB: ${key} is no bytes`);
      return value;
    },
    put: (key, value) => write((s) => void s.put(value.slice(), key)),
    delete: (key) => write((s) => void s.delete(key)),
  };
}

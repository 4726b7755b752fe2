// Values as files of a folder, for Node: written beside, synced, then renamed over the old one, so that a power cut leaves one or the other.
// Each begins with the SHA-256 of the rest: a damaged one is an error and never a value.
import { mkdirSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { bytesEqual, concatBytes } from '../../chain/encoding/bytes.ts';
import { LightError } from '../errors.ts';
import type { Store } from '../store.ts';

const DIGEST = 32;

const isMissing = (e: unknown): boolean => (e as { code?: string }).code === 'ENOENT';

async function syncFolder(folder: string): Promise<void> {
  const f = await open(folder, 'r');
  try {
    await f.sync();
  } finally {
    await f.close();
  }
}

/** Names are those that the client uses: letters alone. */
export function fileStore(folder: string): Store {
  mkdirSync(folder, { recursive: true });
  const path = (name: string): string => join(folder, `${name}.bin`);
  const fail = (e: unknown): never => {
    throw e instanceof LightError ? e : new LightError('store', (e as Error).message);
  };
  return {
    async get(name) {
      try {
        const b = new Uint8Array(await readFile(path(name)));
        if (b.length < DIGEST || !bytesEqual(sha256(b.subarray(DIGEST)), b.subarray(0, DIGEST))) throw new LightError('store', `${path(name)} is damaged`);
        return b.slice(DIGEST);
      } catch (e) {
        return isMissing(e) ? undefined : fail(e);
      }
    },
    async put(name, value) {
      const beside = `${path(name)}.new`;
      try {
        const f = await open(beside, 'w', 0o600);
        try {
          await f.writeFile(concatBytes(sha256(value), value));
          await f.sync();
        } finally {
          await f.close();
        }
        await rename(beside, path(name));
        await syncFolder(folder);
      } catch (e) {
        fail(e);
      }
    },
    async delete(name) {
      try {
        await rm(path(name), { force: true });
        await syncFolder(folder);
      } catch (e) {
        fail(e);
      }
    },
  };
}

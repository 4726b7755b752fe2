// The genesis file of a node, and the guard that it stays the one the chain began with.
import { readFileSync } from 'node:fs';
import type { DurableDb } from '../blockstore/durable-db.ts';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual, utf8 } from '../encoding/bytes.ts';
import type { GenesisDoc } from '../types/genesis-doc.ts';
import { genesisToJson, parseGenesis } from '../types/json/genesis.ts';

export interface GenesisFile {
  readonly doc: GenesisDoc;
  /** Of the file's bytes. */
  readonly hash: Uint8Array;
  /** CometBFT's JSON, compact. */
  readonly json: string;
}

/** Throws an Error that names the file. */
export function readGenesisFile(path: string): GenesisFile {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readFileSync(path));
  } catch (e) {
    const missing = (e as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(missing ? `there is no genesis file at ${path}; run "trellisd init" or copy the chain's` : `cannot read ${path}: ${(e as Error).message}`);
  }
  try {
    const doc = parseGenesis(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return { doc, hash: sha256(bytes), json: genesisToJson(doc) };
  } catch (e) {
    throw new Error(`${path} is not a valid genesis file: ${(e as Error).message}`);
  }
}

const KEY = utf8('genesis-hash');

/** Notes the file's hash at the first start; throws where it is another one later: the chain's first block fixed it. */
export async function pinGenesis(db: DurableDb, path: string, hash: Uint8Array): Promise<void> {
  const pinned = db.get(KEY);
  if (pinned === undefined) await db.write([{ type: 'put', key: KEY, value: hash }]);
  else if (!bytesEqual(pinned, hash)) throw new Error(`${path} is not the genesis file this chain was started with; put the original back`);
}

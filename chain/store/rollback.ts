// Takes a stopped node's state back to an earlier height, as the reference's `rollback` does one height at a time. One synced batch, so that a
// crash leaves the state before or after it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BatchChain } from './batch-chain.ts';
import { commitInfoCodec, rootProofs } from './commit-info.ts';
import { type CheckedDb, type DbOp, openDb } from './db.ts';
import { decodeHeight, encodeHeight, encodeJson, heightKey, KIND, type Kind, kindKey } from './height-keys.ts';
import { ErrVersionDoesNotExist } from './query-errors.ts';
import { readMeta, type StateMeta, TREES_FOLDER, treeFileName, treeFiles } from './state-records.ts';

async function deleteAbove(db: CheckedDb, ops: DbOp[], kind: Kind, height: number): Promise<void> {
  for await (const [key] of db.iterate({ start: heightKey(kind, height + 1), end: heightKey(kind, Number.MAX_SAFE_INTEGER) })) ops.push({ type: 'del', key });
}

/** Without the stores that came later, and with those that ended later. Stores that came last have the last numbers. */
function metaAt(meta: StateMeta, height: number): StateMeta {
  const changed = meta.stores.some((s) => s.since > height || (s.until ?? 0) >= height);
  if (!changed) return meta;
  const stores = meta.stores
    .filter((s) => s.since <= height)
    .map(({ name, since, until }) => ({ name, since, ...(until === undefined || until >= height ? {} : { until }) }));
  return { ...meta, stores };
}

/** The last committed height; 0 for none. */
export async function storedHeight(dir: string): Promise<bigint> {
  const db = await openDb(dir, { createIfMissing: false });
  try {
    const last = db.get(kindKey(KIND.last));
    return last === undefined ? 0n : BigInt(decodeHeight(last));
  } finally {
    await db.close();
  }
}

/** The app hash that the height had. Throws ErrVersionDoesNotExist where the state cannot go back so far. */
export async function rollbackState(dir: string, height: bigint): Promise<Uint8Array> {
  const db = await openDb(dir, { createIfMissing: false });
  let chain: BatchChain | undefined;
  try {
    chain = await BatchChain.open(db);
    const meta = readMeta(db);
    const lastBytes = db.get(kindKey(KIND.last));
    const last = lastBytes === undefined ? 0 : decodeHeight(lastBytes);
    const target = Number(height);
    const info = db.get(heightKey(KIND.info, target));
    if (meta === undefined || info === undefined || target > last) throw ErrVersionDoesNotExist.wrap(`height ${height} is not kept (last: ${last})`);
    const files = await treeFiles(db);
    const base = files.findLast((f) => f.height <= target)?.height ?? Math.min(...meta.stores.map((s) => s.since)) - 1;
    if (base < target && !db.has(heightKey(KIND.changes, base + 1))) throw ErrVersionDoesNotExist.wrap(`height ${height} cannot be rebuilt`);
    const ops: DbOp[] = [{ type: 'put', key: kindKey(KIND.last), value: encodeHeight(target) }];
    const before = metaAt(meta, target);
    if (before !== meta) ops.push({ type: 'put', key: kindKey(KIND.meta), value: encodeJson(before) });
    for (const kind of [KIND.changes, KIND.info, KIND.treeFile]) await deleteAbove(db, ops, kind, target);
    // Stored nodes of later heights are dropped by the next opening.
    await chain.append(ops);
    for (const f of files) if (f.height > target) rmSync(join(dir, TREES_FOLDER, treeFileName(f.height)), { force: true });
    return rootProofs(commitInfoCodec.decode(info)).appHash;
  } finally {
    await chain?.close();
    await db.close();
  }
}

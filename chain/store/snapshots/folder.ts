// Snapshots on the disk: <folder>/<height>/<format>/ with the chunks 0, 1, … and `info`, which is written last. A folder without a good
// `info` is no snapshot: what a crash left is removed when the folder is opened. Chunks are checked against their hashes when they are read.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { ErrSnapshot } from '../query-errors.ts';
import { decodeSnapshotInfo, encodeSnapshotInfo, InfoBuilder, matchesChunk, type SnapshotInfo } from './metadata.ts';

const INFO = 'info';

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function numbersIn(path: string): number[] {
  return readdirSync(path)
    .filter((n) => /^\d{1,15}$/.test(n))
    .map(Number);
}

export class SnapshotFolder {
  readonly path: string;
  /** Newest first. */
  #snapshots: SnapshotInfo[] = [];
  readonly #saving = new Set<bigint>();

  /** Reads what is there; nothing is written. A missing folder is empty. Throws DatabaseError. */
  constructor(path: string) {
    this.path = path;
    try {
      if (existsSync(path)) for (const height of numbersIn(path)) this.#openHeight(BigInt(height));
    } catch (e) {
      throw new DatabaseError(path, `cannot read the snapshots: ${(e as Error).message}`, { cause: e });
    }
  }

  #openHeight(height: bigint): void {
    for (const format of numbersIn(join(this.path, `${height}`))) {
      try {
        const info = decodeSnapshotInfo(new Uint8Array(readFileSync(join(this.#folder(height, format), INFO))));
        if (info.height === height && info.format === format) this.#add(info);
      } catch {
        // Never finished, or damaged: it is not offered.
      }
    }
  }

  #add(info: SnapshotInfo): void {
    this.#snapshots.push(info);
    this.#snapshots.sort((a, b) => (a.height === b.height ? b.format - a.format : a.height < b.height ? 1 : -1));
  }

  #folder(height: bigint, format: number): string {
    return join(this.path, `${height}`, `${format}`);
  }

  list(): readonly SnapshotInfo[] {
    return this.#snapshots;
  }

  get(height: bigint, format: number): SnapshotInfo | undefined {
    return this.#snapshots.find((s) => s.height === height && s.format === format);
  }

  /** Removes folders that no snapshot belongs to. */
  removeUnfinished(): void {
    if (!existsSync(this.path)) return;
    for (const height of numbersIn(this.path)) {
      if (!this.#snapshots.some((s) => s.height === BigInt(height))) rmSync(join(this.path, `${height}`), { recursive: true, force: true });
    }
  }

  /** undefined where there is none, or where it is not what it was. */
  async loadChunk(height: bigint, format: number, index: number): Promise<Uint8Array | undefined> {
    const info = this.get(height, format);
    if (info === undefined || index < 0 || index >= info.chunks) return undefined;
    let chunk: Uint8Array;
    try {
      chunk = new Uint8Array(await readFile(join(this.#folder(height, format), `${index}`)));
    } catch (e) {
      if ((e as { code?: string }).code === 'ENOENT') return undefined;
      throw e;
    }
    return matchesChunk(info, index, chunk) ? chunk : undefined;
  }

  /** All chunks in order. Throws ErrSnapshot where one is missing or changed. */
  async *chunks(info: SnapshotInfo): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < info.chunks; i++) {
      const chunk = await this.loadChunk(info.height, info.format, i);
      if (chunk === undefined) throw ErrSnapshot.wrap(`chunk ${i} of the snapshot of height ${info.height} is missing or damaged`);
      yield chunk;
    }
  }

  /** Writes a snapshot. Where the chunks fail, nothing is left of it. Throws ErrSnapshot where it is there already. */
  async save(height: bigint, format: number, chunks: AsyncIterable<Uint8Array>): Promise<SnapshotInfo> {
    if (this.#saving.has(height)) throw ErrSnapshot.wrap(`a snapshot for height ${height} is already being saved`);
    if (this.get(height, format) !== undefined) throw ErrSnapshot.wrap(`snapshot already exists for height ${height} format ${format}`);
    const folder = this.#folder(height, format);
    this.#saving.add(height);
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const builder = new InfoBuilder();
      let index = 0;
      for await (const chunk of chunks) {
        builder.add(chunk);
        await writeSynced(join(folder, `${index++}`), chunk);
      }
      const info = builder.finish(height, format);
      if (info.chunks === 0) throw ErrSnapshot.wrap('no chunks');
      await writeSynced(join(folder, `${INFO}.new`), encodeSnapshotInfo(info));
      await rename(join(folder, `${INFO}.new`), join(folder, INFO));
      this.#add(info);
      return info;
    } catch (e) {
      await this.#remove(height, format);
      throw e;
    } finally {
      this.#saving.delete(height);
    }
  }

  async #remove(height: bigint, format: number): Promise<void> {
    // The info goes first: without it the rest is no snapshot.
    await rm(join(this.#folder(height, format), INFO), { force: true });
    await rm(this.#folder(height, format), { recursive: true, force: true });
    const parent = join(this.path, `${height}`);
    if (existsSync(parent) && readdirSync(parent).length === 0) await rm(parent, { recursive: true, force: true });
  }

  /** Throws ErrSnapshot where there is none. */
  async delete(height: bigint, format: number): Promise<void> {
    if (this.get(height, format) === undefined) throw ErrSnapshot.wrap(`there is no snapshot of height ${height} and format ${format}`);
    this.#snapshots = this.#snapshots.filter((s) => s.height !== height || s.format !== format);
    await this.#remove(height, format);
  }

  /** Keeps the newest `keep` heights. */
  async prune(keep: number): Promise<void> {
    const heights = [...new Set(this.#snapshots.map((s) => s.height))];
    for (const height of heights.slice(keep)) {
      for (const s of this.#snapshots.filter((x) => x.height === height)) await this.delete(s.height, s.format);
    }
  }
}

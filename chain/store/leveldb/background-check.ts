// Reads files that a node does not need at its start, slowly, while it runs: damage in old data is told when it is young, not when it is needed.
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CorruptionError, DatabaseError } from '../errors.ts';
import { type CheckedFile, checkSize, isMissing } from './file-check.ts';

/** One piece each so often: 16 MiB a second, some 3 % of a core. */
const PIECE_MS = 16;
/** The start itself is left alone. */
const DELAY_MS = 1000;

export class BackgroundCheck {
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  /** Begins a moment later. `onFailure` is told the first damage or failure to read, which also ends the check. */
  constructor(files: readonly CheckedFile[], onFailure: (e: CorruptionError | DatabaseError) => void) {
    this.#done = files.length === 0 ? Promise.resolve() : this.#run(files, onFailure);
  }

  async #run(files: readonly CheckedFile[], onFailure: (e: CorruptionError | DatabaseError) => void): Promise<void> {
    let path = '';
    try {
      await this.#pause(DELAY_MS);
      for (const file of files) {
        ({ path } = file);
        await this.#check(file);
      }
    } catch (e) {
      if (this.#stop.signal.aborted) return;
      onFailure(e instanceof CorruptionError ? e : new DatabaseError(path, `cannot be read: ${(e as Error).message}`, { cause: e }));
    }
  }

  /** Never keeps the process alive; rejects when it is stopped. */
  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { ref: false, signal: this.#stop.signal });
  }

  async #check(file: CheckedFile): Promise<void> {
    const { path } = file;
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (e) {
      // Replaced by newer files meanwhile.
      if (isMissing(e)) return;
      throw e;
    }
    try {
      const { size } = await handle.stat();
      checkSize(path, size, file.size);
      const check = file.check(path, size);
      let next = check.next();
      while (!next.done) {
        const { offset, length } = next.value;
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        if (bytesRead !== length) throw new CorruptionError(path, 'it became shorter while it was read');
        next = check.next(bytes);
        await this.#pause(PIECE_MS);
      }
    } finally {
      await handle.close();
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}

// kill -9 while the log changes its files: what was durable is there, in order, and nothing has to be repaired.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { Wal } from './wal.ts';

/** In memory where the system offers it: what is asked here does not depend on the disk. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folders: string[] = [];
afterEach(() => {
  for (const f of folders.splice(0)) rmSync(f, { recursive: true, force: true });
});

const script = fileURLToPath(new URL('wal-crash-writer.ts', import.meta.url));

/** Runs the writer until it has reported `heights` more; gives the last one. */
async function writeAndKill(path: string, from: bigint, heights: number): Promise<bigint> {
  const child = spawn(process.execPath, [script, path, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let last = from - 1n;
  for await (const line of createInterface({ input: child.stdout })) {
    expect(line).not.toContain('repaired');
    last = BigInt(line);
    if (last >= from + BigInt(heights)) child.kill('SIGKILL');
  }
  await exited;
  return last;
}

test('files change with every few heights', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(BASE, 'wal-crash-'));
  folders.push(folder);
  const path = join(folder, 'cs.wal/wal');
  let reported = 0n;
  for (const heights of [13, 25, 41]) {
    reported = await writeAndKill(path, reported + 1n, heights);
    const repaired: string[] = [];
    const wal = await Wal.open(path, { now: () => 0n, onRepair: (file) => repaired.push(file) });
    expect(repaired).toEqual([]);
    const after = wal.messagesAfter(reported);
    expect(after, `after height ${reported}`).toBeDefined();
    // The next height may be durable without having been reported.
    const ended = (after ?? []).filter((m) => m.type === 'endHeight').map((m) => (m.type === 'endHeight' ? m.height : 0n));
    expect(ended.length).toBeLessThanOrEqual(1);
    reported = ended[0] ?? reported;
    await wal.close();
  }
  const files = readdirSync(join(folder, 'cs.wal'));
  expect(files.length, 'older files go').toBeLessThan(12);
  expect(files.some((f) => /^wal\.\d{3}$/.test(f))).toBe(true);
});

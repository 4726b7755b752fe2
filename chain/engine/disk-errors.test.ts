// F-37: a write or a sync that fails (full disk, I/O error, read-only file system) stops consensus before anything more is signed; the error
// names the file. With a good disk the node goes on with the same chain. A slow disk only makes it slow.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import type { PrivValidator } from '../privval/priv-validator.ts';
import type { EngineDependencies } from './engine.ts';
import { TestNode, untilHeight } from './test-node.ts';
import { readWalFile } from './wal.ts';

type Operation = 'write' | 'sync';
type Errno = 'ENOSPC' | 'EIO' | 'EROFS';

/** What the disk does; undefined: what it should. */
const disk = vi.hoisted(() => ({
  fault: undefined as { readonly file: RegExp; readonly operation: string; readonly code: string } | undefined,
  syncDelayMs: 0,
  paths: new Map<number, string>(),
}));

vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  const check = (fd: number, operation: string): void => {
    const { fault } = disk;
    if (fault === undefined || fault.operation !== operation || !fault.file.test(disk.paths.get(fd) ?? '')) return;
    throw Object.assign(new Error(`${fault.code}: injected, ${operation}`), { code: fault.code });
  };
  const openSync: typeof fs.openSync = (path, ...rest) => {
    const fd = fs.openSync(path, ...rest);
    disk.paths.set(fd, String(path));
    return fd;
  };
  const writeSync = (fd: number, ...rest: unknown[]): number => {
    check(fd, 'write');
    return (fs.writeSync as (fd: number, ...rest: unknown[]) => number)(fd, ...rest);
  };
  const fsyncSync = (fd: number): void => {
    check(fd, 'sync');
    fs.fsyncSync(fd);
  };
  const fdatasync = (fd: number, done: (e: Error | null) => void): void => {
    const finish = (e: Error | null): void => {
      let error = e;
      try {
        check(fd, 'sync');
      } catch (injected) {
        error = injected as Error;
      }
      done(error);
    };
    fs.fdatasync(fd, disk.syncDelayMs === 0 ? finish : (e) => void setTimeout(() => finish(e), disk.syncDelayMs));
  };
  return { ...fs, openSync, writeSync, fsyncSync, fdatasync };
});

let node: TestNode;
beforeEach(() => {
  node = new TestNode();
});
afterEach(async () => {
  disk.fault = undefined;
  disk.syncDelayMs = 0;
  await node.stop().catch(() => undefined);
  node.dispose();
});

/** Signs as the node's own, and counts. */
function counted(signer: PrivValidator, count: { signed: number }): PrivValidator {
  const one = async <T>(signed: Promise<T>): Promise<T> => {
    const result = await signed;
    count.signed++;
    return result;
  };
  return {
    getPubKey: () => signer.getPubKey(),
    signVote: (...args) => one(signer.signVote(...args)),
    signProposal: (...args) => one(signer.signProposal(...args)),
  };
}

function signedOnce(walFile: string): void {
  const seen = new Map<string, string>();
  for (const { msg } of readWalFile(walFile)) {
    const m = msg.case === 'msgInfo' ? msg.value.msg.sum : undefined;
    if (m?.case !== 'vote') continue;
    const { height, round, type, blockId } = m.value.vote;
    const slot = `${height}/${round}/${type}`;
    expect(seen.get(slot) ?? toHex(blockId.hash), slot).toBe(toHex(blockId.hash));
    seen.set(slot, toHex(blockId.hash));
  }
}

/** Runs two heights, then with the fault until consensus stops; gives the error and what was signed after it. */
async function runIntoFault(fault: { file: RegExp; operation: Operation; code: Errno }): Promise<{ error: Error; height: bigint }> {
  const count = { signed: 0 };
  let failed: (e: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => {
    failed = resolve;
  });
  const more: Partial<EngineDependencies> = { onFailure: failed, privValidator: counted(node.privValidator, count) };
  const engine = await node.start(more);
  await untilHeight(engine, 2n);
  disk.fault = fault;
  const error = (await failure) as Error;
  const { signed } = count;
  const height = engine.state.lastBlockHeight;
  await node.stop().catch(() => undefined);
  expect(count.signed, 'nothing is signed after the failure').toBe(signed);
  disk.fault = undefined;
  return { error, height };
}

async function goesOn(height: bigint): Promise<void> {
  const engine = await node.start();
  expect(engine.state.lastBlockHeight).toBeGreaterThanOrEqual(height);
  await untilHeight(engine, engine.state.lastBlockHeight + 2n);
  await node.stop();
  expect(node.failures).toEqual([]);
  signedOnce(node.walFile);
}

describe('consensus stops, names the file and goes on with a good disk', () => {
  const cases: readonly (readonly [string, RegExp, Operation, string])[] = [
    ['the log', /cs\.wal\/wal$/, 'write', 'cs.wal/wal'],
    ['the log', /cs\.wal\/wal$/, 'sync', 'cs.wal/wal'],
    ['the mark of the log', /wal\.synced$/, 'write', 'cs.wal/wal'],
    ["the signer's state", /state\.json/, 'write', 'state.json'],
    ["the signer's state", /state\.json/, 'sync', 'state.json'],
    ['the head of the database', /chain\.db\/HEAD$/, 'write', 'chain.db/HEAD'],
    ['the head of the database', /chain\.db\/HEAD$/, 'sync', 'chain.db/HEAD'],
  ];
  for (const code of ['ENOSPC', 'EIO', 'EROFS'] as const) {
    test.each(cases)(`${code}: %s (%s, %s)`, async (_, file, operation, named) => {
      const { error, height } = await runIntoFault({ file, operation, code });
      expect(error.message).toContain(named);
      expect(error.message).toContain(code);
      await goesOn(height);
    });
  }
});

test('a slow disk: a vote is told only when it is in the log for good', async () => {
  const engine = await node.start();
  disk.syncDelayMs = 60;
  const logged: boolean[] = [];
  engine.onConsensusEvent((event) => {
    if (event.type !== 'Vote') return;
    const bytes = readFileSync(`${node.walFile}.synced`);
    const synced = Number(new DataView(new Uint8Array(bytes).buffer).getBigUint64(4));
    const record = [...readWalFile(node.walFile)].find(({ msg }) => {
      const m = msg.case === 'msgInfo' ? msg.value.msg.sum : undefined;
      return m?.case === 'vote' && m.value.vote.height === event.vote.height && m.value.vote.type === event.vote.type;
    });
    logged.push(record !== undefined && record.offset < synced);
  });
  await untilHeight(engine, engine.state.lastBlockHeight + 3n);
  await node.stop();
  expect(logged.length).toBeGreaterThan(3);
  expect(logged.every((x) => x)).toBe(true);
});

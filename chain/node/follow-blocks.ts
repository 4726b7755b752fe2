// Keeps the log of block hashes beside the chain: after each block, and once from peers where this node began with a snapshot.
import { parseQuery } from '../execution/query/parser.ts';
import type { Backend } from '../rpc/backend.ts';
import { LOG_HASHES_MAX } from '../rpc/light/door.ts';
import type { HistoryLog } from '../rpc/light/log.ts';
import { type BlockHashes, BlockLog } from './block-log.ts';
import type { Startable } from './lifecycle.ts';
import type { Logger } from './logger.ts';

export interface FollowOptions {
  readonly file: string;
  readonly backend: Pick<Backend, 'chain' | 'app' | 'events'>;
  /** REST addresses. */
  readonly peers: readonly string[];
  readonly logger: Logger;
}

const HASH_BYTES = 32;
const ANSWER_MS = 10_000;

/** Header hashes of heights from and to, both included, as a peer gives them. */
async function hashesFrom(peer: string, from: bigint, to: bigint): Promise<readonly Uint8Array[]> {
  const r = await fetch(`${peer}/light/v1/log?from=${from}&to=${to}`, { signal: AbortSignal.timeout(ANSWER_MS) });
  if (!r.ok) throw new Error(`${peer}: ${(await r.text()).slice(0, 200)}`);
  const body = new Uint8Array(await r.arrayBuffer());
  if (body.length > Number(LOG_HASHES_MAX) * HASH_BYTES) throw new Error(`${peer}: ${body.length} bytes of hashes`);
  return Array.from({ length: body.length / HASH_BYTES }, (_, i) => body.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

export function followBlocks({ file, backend, peers, logger }: FollowOptions): Startable & HistoryLog {
  const { chain } = backend;
  let log: BlockLog | undefined;
  let unsubscribe: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  let asked = false;
  const blocks: BlockHashes = {
    get base() {
      return chain.base;
    },
    get height() {
      return chain.height;
    },
    hash: async (h) => (await chain.meta(h))?.blockId.hash,
  };
  const state = async (key: number): Promise<Uint8Array> =>
    (await backend.app.query({ path: '/store/history/key', data: Uint8Array.of(key), height: 0n, prove: false })).value;
  const be64 = (b: Uint8Array): bigint => new DataView(b.buffer, b.byteOffset).getBigUint64(0);

  /** From the first peer whose hashes are right. */
  async function fill(l: BlockLog): Promise<void> {
    asked = true;
    for (const peer of peers) {
      try {
        const head = await state(1);
        await l.fill((from, to) => hashesFrom(peer, from, to), blocks, { size: be64(head), root: head.subarray(8) });
        logger.info('took the block hashes before the snapshot', { peer, size: l.size });
        return;
      } catch (e) {
        logger.warn('a peer has not given the block hashes before the snapshot', { peer, err: String(e) });
      }
    }
  }

  async function follow(): Promise<void> {
    if (log === undefined) {
      const base = await state(3);
      if (base.length !== 8 || stopped) return;
      log = BlockLog.open(file, be64(base));
    }
    if (!asked && log.base + log.size < chain.base) await fill(log);
    await log.extend(blocks);
  }

  const inTurn = (): Promise<void> => {
    running ??= follow()
      .catch((e: unknown) => logger.warn('the log of block hashes does not follow', { err: String(e) }))
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  return {
    async start() {
      unsubscribe = backend.events.subscribe(parseQuery("tm.event='NewBlock'"), () => void inTurn());
      void inTurn();
    },
    async stop() {
      stopped = true;
      unsubscribe?.();
      await running;
      log?.close();
    },
    async proof(height, size) {
      await inTurn();
      return log?.proof(height, size);
    },
    reset() {
      log?.reset();
      asked = false;
      void inTurn();
    },
  };
}

// /healthz and /readyz (operators.md §8): whether the process answers, and whether it does its work, with the reasons where it does not.
import { statfsSync } from 'node:fs';
import type { Time } from '../encoding/time.ts';

export interface HealthReason {
  readonly code: 'consensus-stopped' | 'syncing' | 'no-peers' | 'head-lag' | 'signer-gone' | 'disk-full';
  readonly reason: string;
}

export interface Health {
  readonly ready: boolean;
  /** Decimal, as all heights in JSON. */
  readonly height: string;
  readonly reasons: readonly HealthReason[];
}

export interface HealthParts {
  readonly isRunning: () => boolean;
  readonly isSyncing: () => boolean;
  readonly height: () => bigint;
  readonly lastBlockTime: () => Time;
  readonly now: () => Time;
  /** undefined: this node has no network. */
  readonly peers: (() => number) | undefined;
  /** Peers without which it is not ready. */
  readonly peersMin: () => number;
  /** undefined: blocks come only with transactions, so their age says nothing. */
  readonly headLagMaxMs: number | undefined;
  /** undefined: the key is a file. */
  readonly isSignerConnected: (() => boolean) | undefined;
  readonly dataFolder: string;
}

/** Below this LevelDB's next compaction may fail. */
const FREE_BYTES_MIN = 256 * 1024 * 1024;
const NANOS_PER_MS = 1_000_000n;

function* reasons(p: HealthParts): Generator<HealthReason> {
  if (!p.isSyncing() && !p.isRunning()) yield { code: 'consensus-stopped', reason: 'consensus does not run' };
  if (p.isSyncing()) yield { code: 'syncing', reason: `catching up with the network, at height ${p.height()}` };
  const peers = p.peers?.();
  const min = p.peersMin();
  if (peers !== undefined && peers < min) yield { code: 'no-peers', reason: `${peers} peers, at least ${min} are needed` };
  if (p.headLagMaxMs !== undefined && !p.isSyncing()) {
    const lagMs = Number((p.now() - p.lastBlockTime()) / NANOS_PER_MS);
    if (lagMs > p.headLagMaxMs) yield { code: 'head-lag', reason: `the last block is ${Math.floor(lagMs / 1000)} s old` };
  }
  if (p.isSignerConnected?.() === false) yield { code: 'signer-gone', reason: 'the remote signer is not connected' };
  const free = freeBytes(p.dataFolder);
  if (free !== undefined && free < FREE_BYTES_MIN) yield { code: 'disk-full', reason: `${Math.floor(free / 1_048_576)} MiB are free for ${p.dataFolder}` };
}

/** Of the file system that holds the path; undefined where that cannot be asked. */
export function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

export function healthOf(p: HealthParts): Health {
  const all = [...reasons(p)];
  return { ready: all.length === 0, height: p.height().toString(), reasons: all };
}

// A log of millions of block hashes, most of them made up: level by level, as neighbours pair and an odd last node goes up unchanged.
import { sha256Many } from '../../../chain/crypto/sha256.ts';
import type { HistoryLog } from '../../../chain/rpc/light/log.ts';

const HASH = 32;
const BATCH = 65_536;

/** Hashes of equal pieces laid side by side. */
function hashPieces(data: Uint8Array, bytes: number, out: Uint8Array): void {
  const n = data.length / bytes;
  sha256Many(
    data,
    Uint32Array.from({ length: n }, (_, i) => i * bytes),
    new Uint32Array(n).fill(bytes),
    out,
  );
}

function leafLevel(size: number, real: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const out = new Uint8Array(size * HASH);
  for (let start = 0; start < size; start += BATCH) {
    const n = Math.min(BATCH, size - start);
    const data = new Uint8Array(n * 41);
    const view = new DataView(data.buffer);
    for (let i = 0; i < n; i++) {
      const height = start + i + 1;
      view.setBigUint64(i * 41 + 1, BigInt(height));
      const hash = real.get(height);
      // What stands for the hash of a block that nobody asks for.
      if (hash === undefined) view.setBigUint64(i * 41 + 9, BigInt(height));
      else data.set(hash, i * 41 + 9);
    }
    hashPieces(data, 41, out.subarray(start * HASH, (start + n) * HASH));
  }
  return out;
}

function levelAbove(level: Uint8Array): Uint8Array {
  const n = level.length / HASH;
  const pairs = n >> 1;
  const out = new Uint8Array((n - pairs) * HASH);
  for (let start = 0; start < pairs; start += BATCH) {
    const count = Math.min(BATCH, pairs - start);
    const data = new Uint8Array(count * 65);
    for (let i = 0; i < count; i++) {
      data[i * 65] = 1;
      data.set(level.subarray((start + i) * 64, (start + i + 1) * 64), i * 65 + 1);
    }
    hashPieces(data, 65, out.subarray(start * HASH, (start + count) * HASH));
  }
  if (n % 2 === 1) out.set(level.subarray((n - 1) * HASH), pairs * HASH);
  return out;
}

export interface SyntheticLog extends HistoryLog {
  readonly root: Uint8Array;
}

/** Heights 1 to `size`; `real`: header hashes of those that are blocks. */
export function syntheticLog(size: number, real: ReadonlyMap<number, Uint8Array>): SyntheticLog {
  const levels = [leafLevel(size, real)];
  for (let top = levels[0] as Uint8Array; top.length > HASH; levels.push(top)) top = levelAbove(top);
  return {
    root: levels.at(-1) as Uint8Array,
    proof: (height, of) => {
      if (of !== BigInt(size)) return undefined;
      const path: Uint8Array[] = [];
      let at = Number(height) - 1;
      for (const level of levels.slice(0, -1)) {
        const sibling = at ^ 1;
        if (sibling * HASH < level.length) path.push(level.slice(sibling * HASH, (sibling + 1) * HASH));
        at >>= 1;
      }
      return { index: height - 1n, path };
    },
    reset: () => {
      throw new Error('the log does not lead to the head');
    },
  };
}

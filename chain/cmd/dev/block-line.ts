// The line that a dev network prints for each block: height, round, proposer, transactions, the app hash after it, how many signed the block
// before it, and the time since that.
import type { BlockReport } from './block-report.ts';

const duration = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`);

export function blockLine(b: BlockReport, proposer: string, ms: number): string {
  const cells = [
    `#${b.height}`.padEnd(8),
    `round ${b.round}`,
    proposer,
    `${b.txs} ${b.txs === 1 ? 'tx ' : 'txs'}`.padStart(9),
    `app ${b.appHash.slice(0, 8)}…`,
    (b.validators === 0 ? 'first block' : `${b.signed}/${b.validators} signed`).padEnd(11),
    duration(ms),
  ];
  return cells.join('  ');
}

/** Prints each height once, whoever tells of it, with the time since the one before, or since the process began; then calls `onHeight`. */
export function blockPrinter(names: ReadonlyMap<string, string>, out: (line: string) => void, onHeight: (height: string) => void): (b: BlockReport) => void {
  let last = 0n;
  let before = performance.timeOrigin;
  return (b) => {
    const height = BigInt(b.height);
    if (height <= last) return;
    const now = performance.timeOrigin + performance.now();
    out(blockLine(b, names.get(b.proposer) ?? b.proposer.slice(0, 8), now - before));
    last = height;
    before = now;
    onHeight(b.height);
  };
}

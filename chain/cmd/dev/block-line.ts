// The line that a dev network prints for each block.

export interface BlockLine {
  readonly height: string;
  readonly round: number;
  readonly proposer: string;
  readonly txs: number;
  /** After this block, upper-case hex. */
  readonly appHash: string;
  readonly signed: number;
  readonly validators: number;
  /** Since the block before, or since the start. */
  readonly ms: number;
}

const duration = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`);

export function blockLine(b: BlockLine): string {
  const cells = [
    `#${b.height}`.padEnd(8),
    `round ${b.round}`,
    b.proposer,
    `${b.txs} ${b.txs === 1 ? 'tx ' : 'txs'}`.padStart(9),
    `app ${b.appHash.slice(0, 8)}…`,
    `${b.signed}/${b.validators} signed`,
    duration(b.ms),
  ];
  return cells.join('  ');
}

// What a bench area gives: rows of ours beside a peer's figure from the same run on the same machine. The ratio is the judge.

export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  /** null where the peer is not installed or has no such thing; `peerName` then says which. */
  readonly peer: number | null;
  readonly peerName: string;
  /** As in "us CPU per transfer", "1/s", "MB". */
  readonly unit: string;
  /** Above 1: ours is better. null without a peer. */
  readonly ratio: number | null;
}

/** A row whose ratio follows from which direction is better. */
export function benchRow(name: string, unit: string, better: 'higher' | 'lower', ours: number, peerName: string, peer: number | null): BenchRow {
  const ratio = peer === null || ours === 0 || peer === 0 ? null : better === 'higher' ? ours / peer : peer / ours;
  return { name, ours, peer, peerName, unit, ratio };
}

const figure = (n: number): string => (Math.abs(n) >= 100 ? n.toFixed(0) : Math.abs(n) >= 1 ? n.toFixed(2) : n.toPrecision(3));

export function benchTable(rows: readonly BenchRow[]): string {
  const cells = rows.map((r) => [
    r.name,
    figure(r.ours),
    r.peer === null ? '-' : figure(r.peer),
    r.unit,
    r.ratio === null ? '-' : `${r.ratio.toFixed(2)}x`,
    r.peer === null ? `${r.peerName}: not measured` : r.peerName,
  ]);
  const all = [['row', 'ours', 'peer', 'unit', 'ratio', 'peer name'], ...cells];
  const widths = (all[0] as string[]).map((_, i) => Math.max(...all.map((row) => (row[i] as string).length)));
  return all
    .map((row) =>
      row
        .map((c, i) => (i === 1 || i === 2 || i === 4 ? c.padStart(widths[i] as number) : c.padEnd(widths[i] as number)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

// A log file of any bytes: scanning and reading end, and only WalCorruptionError says that it is damaged.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WalCorruptionError } from '../../chain/engine/wal-errors.ts';
import { readMessages, scanRecords } from '../../chain/engine/wal-reader.ts';
import { encodeRecord } from '../../chain/engine/wal-record.ts';
import type { FuzzTarget } from './target.ts';

const file = join(mkdtempSync(join(tmpdir(), 'trellis-fuzz-wal-')), 'wal');

export const target: FuzzTarget = {
  name: 'wal',
  corpus() {
    const records = [
      encodeRecord(1n, { type: 'endHeight', height: 7n }),
      encodeRecord(1n, { type: 'timeout', timeout: { duration: 5n, height: 8n, round: 1, step: 3 } }),
      encodeRecord(1n, { type: 'roundState', height: 8n, round: 0, step: 'RoundStepPropose' }),
    ];
    return [...records, Uint8Array.from(records.flatMap((r) => [...r]))];
  },
  run(input) {
    const { end, rest } = scanRecords(input);
    if (end > input.length || (rest === undefined) !== (end === input.length)) throw new Error(`scan ends at ${end} of ${input.length}, ${rest}`);
    writeFileSync(file, input);
    try {
      for (const _ of readMessages(file));
    } catch (e) {
      if (!(e instanceof WalCorruptionError)) throw e;
    }
  },
};

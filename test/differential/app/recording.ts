// What simd answered to the scenarios, kept as data (recorded.json.gz, made by `node test/differential/app.ts --record`), so that every
// test run holds our application to it without Go.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ExecTxResult } from '../../../chain/abci/application.ts';
import { fromHex, toHex } from '../../../chain/encoding/bytes.ts';

export interface RecordedTx {
  readonly name: string;
  readonly tx: Uint8Array;
  readonly result: ExecTxResult;
}
export interface Recording {
  /** Nanoseconds. */
  readonly genesisTime: bigint;
  /** app_state of auth and bank. */
  readonly appState: Record<string, unknown>;
  readonly blocks: readonly (readonly RecordedTx[])[];
}

const FILE = new URL('./recorded.json.gz', import.meta.url);

export function writeRecording(r: Recording): void {
  const text = JSON.stringify(r, (_, v) => (typeof v === 'bigint' ? { bigint: v.toString() } : v instanceof Uint8Array ? { hex: toHex(v) } : v));
  writeFileSync(FILE, gzipSync(text, { level: 9 }));
}

export function readRecording(): Recording {
  return JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8'), (_, v) => {
    if (typeof v?.bigint === 'string') return BigInt(v.bigint);
    return typeof v?.hex === 'string' ? fromHex(v.hex) : v;
  }) as Recording;
}

// Reads log files and judges what does not read. Records are written whole and in order, so after a crash only the end may be missing:
// a last record that is cut short, or zeros where the disk had not got the data yet. Anything else is damage.
import { readFileSync } from 'node:fs';
import type { WalMessage } from '../consensus/effects.ts';
import { crc32c } from '../crypto/crc32c.ts';
import type { Time } from '../encoding/time.ts';
import { TypesError } from '../types/errors.ts';
import { decodeTimedWalMessage, WAL_MESSAGE_BYTES_MAX, type WalMessage as WireMessage } from '../types/messages/wal.ts';
import { WalCorruptionError } from './wal-errors.ts';
import { fromWire, RECORD_HEADER_BYTES } from './wal-record.ts';

interface Frame {
  readonly crc: number;
  readonly end: number;
}

function frameAt(b: Uint8Array, at: number): Frame | undefined {
  if (at + RECORD_HEADER_BYTES > b.length) return undefined;
  const view = new DataView(b.buffer, b.byteOffset + at);
  return { crc: view.getUint32(0), end: at + RECORD_HEADER_BYTES + view.getUint32(4) };
}

function isGood(b: Uint8Array, at: number): boolean {
  const f = frameAt(b, at);
  if (f === undefined || f.end <= at + RECORD_HEADER_BYTES || f.end > b.length || f.end - at - RECORD_HEADER_BYTES > WAL_MESSAGE_BYTES_MAX) return false;
  return crc32c(b.subarray(at + RECORD_HEADER_BYTES, f.end)) === f.crc;
}

/** Whether the bytes from `at` on are what a crash leaves of a last record. */
function isTorn(b: Uint8Array, at: number): boolean {
  if (b.subarray(at).every((x) => x === 0)) return true;
  const f = frameAt(b, at);
  if (f === undefined) return true;
  if (f.end <= b.length || b.length - at > RECORD_HEADER_BYTES + WAL_MESSAGE_BYTES_MAX) return false;
  // A changed length would point beyond the end as well: then the rest is a record, or records follow.
  const rest = b.subarray(at + RECORD_HEADER_BYTES);
  if (crc32c(rest) === f.crc) return false;
  for (let i = at + 1; i + RECORD_HEADER_BYTES < b.length; i++) if (isGood(b, i)) return false;
  return true;
}

export interface Scan {
  /** Where the good records end. */
  readonly end: number;
  /** What follows is a torn record, or damaged. undefined: nothing follows. */
  readonly rest: 'torn' | 'damaged' | undefined;
}

/** Checks lengths and checksums of all records. */
export function scanRecords(b: Uint8Array): Scan {
  let at = 0;
  while (at < b.length && isGood(b, at)) at = (frameAt(b, at) as Frame).end;
  if (at === b.length) return { end: at, rest: undefined };
  return { end: at, rest: isTorn(b, at) ? 'torn' : 'damaged' };
}

export interface WalRecord {
  readonly time: Time;
  readonly msg: WireMessage;
  /** Of the record in its file. */
  readonly offset: number;
}

/** The records of one file in order. Throws WalCorruptionError at the first that does not read. */
export function* readWalFile(path: string): Generator<WalRecord> {
  const b = new Uint8Array(readFileSync(path));
  for (let at = 0; at < b.length; ) {
    if (!isGood(b, at)) throw new WalCorruptionError(path, at, 'a record does not match its checksum or length');
    const { end } = frameAt(b, at) as Frame;
    try {
      yield { ...decodeTimedWalMessage(b.subarray(at + RECORD_HEADER_BYTES, end)), offset: at };
    } catch (e) {
      if (e instanceof TypesError) throw new WalCorruptionError(path, at, e.message);
      throw e;
    }
    at = end;
  }
}

/** As the core takes them. */
export function* readMessages(path: string): Generator<WalMessage> {
  for (const { msg } of readWalFile(path)) {
    const m = fromWire(msg);
    if (m !== undefined) yield m;
  }
}

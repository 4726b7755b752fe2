// LevelDB's log format (leveldb:doc/log_format.md), of its write logs and its manifests: blocks of 32 KiB with records of a masked CRC-32C over
// type and data, u16 length, u8 type, data; long records are in pieces. At the end of the file a record may be cut short by a crash.
import { crc32c } from '../../crypto/crc32c.ts';
import { concatBytes } from '../../encoding/bytes.ts';
import { fixed32, maskCrc } from './fields.ts';

const BLOCK_BYTES = 1 << 15;
const HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
// 3 is a piece between.
const LAST = 4;

interface Physical {
  readonly type: number;
  /** Where it would end. */
  readonly end: number;
}

function headerAt(b: Uint8Array, at: number): Physical {
  return { type: b[at + 6] as number, end: at + HEADER_BYTES + ((b[at + 4] as number) | ((b[at + 5] as number) << 8)) };
}

const sumMatches = (b: Uint8Array, at: number, end: number): boolean => maskCrc(crc32c(b.subarray(at + 6, end))) === fixed32(b, at);

const blockEnd = (at: number): number => at - (at % BLOCK_BYTES) + BLOCK_BYTES;

/** A record at `at` that fits into its block and the file, and matches its checksum. */
function goodAt(b: Uint8Array, at: number): Physical | undefined {
  if (at + HEADER_BYTES > b.length) return undefined;
  const h = headerAt(b, at);
  if (h.type < FULL || h.type > LAST || h.end > Math.min(b.length, blockEnd(at))) return undefined;
  return sumMatches(b, at, h.end) ? h : undefined;
}

const starts = (h: Physical | undefined): boolean => h?.type === FULL || h?.type === FIRST;

/** Whether a record begins somewhere behind `at`: then what is at `at` is not the end that a crash cut short. */
function isFollowed(b: Uint8Array, at: number): boolean {
  const end = Math.min(blockEnd(at), b.length);
  for (let i = at + 1; i + HEADER_BYTES <= end; i++) if (((b[i + 6] as number) === FULL || b[i + 6] === FIRST) && starts(goodAt(b, i))) return true;
  for (let i = end; i < b.length; ) {
    const h = goodAt(b, i);
    if (starts(h)) return true;
    i = h === undefined || blockEnd(i) - h.end < HEADER_BYTES ? blockEnd(i) : h.end;
  }
  return false;
}

export interface LogScan {
  /** Whole records in order. */
  readonly records: readonly Uint8Array[];
  /** Where each of them ends. */
  readonly ends: readonly number[];
  /** Where the last whole record ends. */
  readonly end: number;
  /**
   * What follows there. torn: a record that was not written to its end. bad: the last record does not match its checksum, which a power cut can
   * leave of what was not synced. damaged: no crash leaves this. undefined: nothing.
   */
  readonly rest: 'torn' | 'bad' | 'damaged' | undefined;
}

/** What a crash may have left at `at`, where no good record is. */
function judge(b: Uint8Array, at: number): 'torn' | 'bad' | 'damaged' {
  const rest = b.subarray(at);
  // Space that the file system gave and never filled.
  if (rest.every((x) => x === 0)) return 'torn';
  if (isFollowed(b, at)) return 'damaged';
  if (rest.length < HEADER_BYTES) return 'torn';
  const { end } = headerAt(b, at);
  if (end <= b.length) return end > blockEnd(at) ? 'damaged' : 'bad';
  if (end > blockEnd(at)) return 'damaged';
  // With a changed length the whole rest of the file is the record.
  return sumMatches(b, at, b.length) ? 'damaged' : 'torn';
}

export function scanLog(b: Uint8Array): LogScan {
  const records: Uint8Array[] = [];
  const ends: number[] = [];
  let pieces: Uint8Array[] | undefined;
  let end = 0;
  for (let at = 0; ; ) {
    const left = blockEnd(at) - at;
    if (left < HEADER_BYTES) {
      if (b.subarray(at, at + left).some((x) => x !== 0)) return { records, ends, end, rest: 'damaged' };
      at += left;
      continue;
    }
    if (at >= b.length) return { records, ends, end, rest: pieces === undefined ? undefined : 'torn' };
    const h = goodAt(b, at);
    if (h === undefined) return { records, ends, end, rest: judge(b, at) };
    if (starts(h) !== (pieces === undefined)) return { records, ends, end, rest: 'damaged' };
    const data = b.subarray(at + HEADER_BYTES, h.end);
    at = h.end;
    if (h.type === FULL) records.push(data);
    else {
      pieces = [...(pieces ?? []), data];
      if (h.type !== LAST) continue;
      records.push(concatBytes(...pieces));
      pieces = undefined;
    }
    end = at;
    ends.push(end);
  }
}

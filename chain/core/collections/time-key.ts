// Points in time as parts of keys, in the form of the reference's older queues: 29 characters whose text order is time order.
// Source: sdk:types/utils.go FormatTimeBytes, types/collections.go TimeKey.
import { fromUtf8, utf8 } from '../../encoding/bytes.ts';
import { formatTime, parseTime, type Time } from '../../encoding/time.ts';
import type { KeyCodec } from './key-codec.ts';

const LENGTH = '2006-01-02T15:04:05.000000000'.length;

/** UTC with nine places of the second and no zone. */
export function sortableTimeBytes(t: Time): Uint8Array {
  const [whole = '', fraction = ''] = formatTime(t).slice(0, -1).split('.');
  return utf8(`${whole}.${fraction.padEnd(9, '0')}`);
}

/** Reading throws a RangeError for what writing does not make. */
export const sortableTimeKey: KeyCodec<Time> = (() => {
  const size = (): number => LENGTH;
  const write = (out: Uint8Array, at: number, t: Time): number => {
    out.set(sortableTimeBytes(t), at);
    return at + LENGTH;
  };
  const read = (b: Uint8Array, at: number): { key: Time; end: number } => {
    if (b.length - at < LENGTH) throw new RangeError(`collections: a time key has ${LENGTH} bytes, ${b.length - at} are left`);
    return { key: parseTime(`${fromUtf8(b.subarray(at, at + LENGTH))}Z`), end: at + LENGTH };
  };
  return { size, write, read, sizeNonTerminal: size, writeNonTerminal: write, readNonTerminal: read };
})();

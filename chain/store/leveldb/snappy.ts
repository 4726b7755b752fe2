// Snappy's block format, reading only (github.com/google/snappy, format_description.txt): the indexes of LevelDB's tables are packed with it.
import { Fields, FormatError } from './fields.ts';

/** Bytes of `input` unpacked. Throws FormatError where it is malformed or would give more than `max` bytes. */
export function unpackSnappy(input: Uint8Array, max: number): Uint8Array {
  const r = new Fields(input);
  const length = r.varint();
  if (length > max) throw new FormatError(`packed data of ${length} bytes exceeds ${max}`);
  const out = new Uint8Array(length);
  let at = 0;
  const copy = (offset: number, count: number): void => {
    if (offset === 0 || offset > at || count > length - at) throw new FormatError('a copy points outside of the data');
    // Source and target may overlap: bytes just written are then copied again.
    for (let i = 0; i < count; i++) out[at + i] = out[at + i - offset] as number;
    at += count;
  };
  const number = (bytes: number): number => r.take(bytes).reduceRight((n, b) => n * 256 + b, 0);
  while (r.left > 0) {
    const tag = number(1);
    switch (tag & 3) {
      case 0: {
        const short = tag >>> 2;
        const count = (short < 60 ? short : number(short - 59)) + 1;
        if (count > length - at) throw new FormatError('a literal is longer than the data');
        out.set(r.take(count), at);
        at += count;
        break;
      }
      case 1:
        copy(((tag >>> 5) << 8) | number(1), ((tag >>> 2) & 7) + 4);
        break;
      case 2:
        copy(number(2), (tag >>> 2) + 1);
        break;
      default:
        copy(number(4), (tag >>> 2) + 1);
    }
  }
  if (at !== length) throw new FormatError(`packed data gives ${at} bytes, not ${length}`);
  return out;
}

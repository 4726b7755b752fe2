// A bare google.protobuf.Timestamp. Each signature of a commit signs one of its own, so it is made without the arithmetic of 64 bits where it can.
import { varint } from '../encoding/proto-bytes.ts';
import { splitTime, type Time } from '../encoding/time.ts';

export function timestampBytes(t: Time): Uint8Array {
  const { seconds, nanos } = splitTime(t);
  const out: number[] = [];
  const put = (tag: number, n: number): void => {
    if (n === 0) return;
    out.push(tag);
    for (let rest = n; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) {
        out.push(rest);
        return;
      }
      out.push((rest % 128) | 128);
    }
  };
  if (seconds < 0n) out.push(8, ...varint(seconds));
  else put(8, Number(seconds));
  put(16, nanos);
  return Uint8Array.from(out);
}

// Protobuf fields as they come, for the few messages that a light client reads. Throws LightError `proof` for bytes that are no message.
import { LightError } from './errors.ts';

/** Scalars are bigint, everything with a length is bytes (views). */
export function* fields(b: Uint8Array): Generator<readonly [no: number, value: bigint | Uint8Array]> {
  let at = 0;
  const end = (): never => {
    throw new LightError('proof', 'bytes that are no message');
  };
  const varint = (): bigint => {
    let n = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const c = b[at++] ?? end();
      n |= BigInt(c & 127) << shift;
      if (c < 128) return BigInt.asUintN(64, n);
    }
    return end();
  };
  while (at < b.length) {
    const tag = Number(varint());
    const no = Math.floor(tag / 8);
    if (no < 1) end();
    if (tag % 8 === 0) yield [no, varint()];
    else if (tag % 8 === 2) {
      const length = Number(varint());
      if (length > b.length - at) end();
      yield [no, b.subarray(at, at + length)];
      at += length;
    } else end();
  }
}

export const asBytes = (v: bigint | Uint8Array): Uint8Array => {
  if (typeof v === 'bigint') throw new LightError('proof', 'a number where bytes belong');
  return v;
};

export const asNumber = (v: bigint | Uint8Array): number => {
  if (typeof v !== 'bigint') throw new LightError('proof', 'bytes where a number belongs');
  return Number(v);
};

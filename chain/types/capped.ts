// A repeated message with a limit on its number: an entry may be two bytes on the wire and hundreds in memory.
import { type Codec, type FieldCodec, repeated } from '../encoding/codec.ts';

/** As `repeated`; decoding more than `max` entries is an error. */
export function capped<T>(no: number, codec: Codec<T>, max: number): FieldCodec<readonly T[]> {
  const inner = repeated(no, codec);
  const slot = inner.slots[0];
  if (slot === undefined) throw new Error('a repeated field has one slot');
  return {
    ...inner,
    slots: [
      {
        ...slot,
        read: (r, wireType, current, depth) => {
          if ((current as readonly T[]).length >= max) r.fail(`${codec.name}: more than ${max}`);
          return slot.read(r, wireType, current, depth);
        },
      },
    ],
  };
}

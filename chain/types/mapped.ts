// A codec for a type whose shape differs from its protobuf message: a class, or a message with rules of its own.
import type { Codec } from '../encoding/codec.ts';
import { Reader, WireError, type Writer } from '../encoding/proto-wire.ts';
import { TypesError } from './errors.ts';

/** `fromWire` may throw a TypesError; it reaches the caller as a WireError. `toWire` gives a message that the decoder may change. */
export function mapped<T, W extends object>(wire: Codec<W>, fromWire: (w: W) => T, toWire: (t: T) => W): Codec<T> {
  const write = (w: Writer, m: T): void => wire.write(w, toWire(m));
  const read = (r: Reader, into: T | undefined, depth: number): T => {
    const at = r.pos;
    const w = wire.read(r, into === undefined ? undefined : toWire(into), depth);
    try {
      return fromWire(w);
    } catch (e) {
      if (e instanceof TypesError) throw new WireError(`${wire.name}: ${e.message}`, at);
      throw e;
    }
  };
  return {
    name: wire.name,
    // The fields are the message's, not the mapped type's: walkers see what is on the wire.
    fields: wire.fields as unknown as Codec<T>['fields'],
    zero: () => fromWire(wire.zero()),
    from: (part) => part as T,
    encode: (m) => wire.encode(toWire(m)),
    encodeDelimited: (m) => wire.encodeDelimited(toWire(m)),
    write,
    decode: (b) => read(new Reader(b), undefined, 0),
    read,
  };
}

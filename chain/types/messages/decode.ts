// How a message from a peer or a file becomes a checked value: size limit, protobuf, form.
import type { Codec } from '../../encoding/codec.ts';
import { WireError } from '../../encoding/proto-wire.ts';
import { TypesError } from '../errors.ts';

/** A wrapper message: a oneof of the kinds. */
export interface Wrapped<M> {
  readonly sum: M | undefined;
}

/** Throws TypesError ('size', 'message', or the check's own) for anything that is not a good message. */
export function decodeChecked<M extends object, T>(codec: Codec<M>, bytes: Uint8Array, maxBytes: number, check: (m: M) => T): T {
  if (bytes.length > maxBytes) throw new TypesError('size', `${codec.name}: ${bytes.length} bytes are too many (max: ${maxBytes})`);
  let m: M;
  try {
    m = codec.decode(bytes);
  } catch (e) {
    if (e instanceof WireError) throw new TypesError('message', `${codec.name}: ${e.message}`);
    throw e;
  }
  return check(m);
}

/** The kind inside a wrapper; throws TypesError where none is set. */
export function unwrap<M>(name: string, w: Wrapped<M>): M {
  if (w.sum === undefined) throw new TypesError('message', `${name}: message not recognized`);
  return w.sum;
}

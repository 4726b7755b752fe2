// Account addresses: bytes inside, bech32 at the border. The prefix is configuration of the chain, known in this one object.
// Source: sdk:x/auth/codec/bech32_codec.go, types/address.go, types/address/hash.go.
import { bech32Decode, bech32Encode } from '../crypto/bech32.ts';
import { ErrLogic, ErrUnknownAddress, plainError } from './errors.ts';

export const ADDRESS_BYTES_MAX = 255;
/** Strings and bytes remembered, in entries: an address is named many times in a block and encoding costs more than finding. */
const REMEMBERED_MAX = 65_536;

/** A key for maps in memory; two addresses give the same key only if they are equal. */
export function addressKey(a: Uint8Array): string {
  let s = '';
  for (let i = 0; i < a.length; i++) s += String.fromCharCode(a[i] as number);
  return s;
}

export class AddressCodec {
  /** Human-readable part, e.g. "trellis". */
  readonly prefix: string;
  readonly #strings = new Map<string, string>();
  readonly #bytes = new Map<string, Uint8Array>();
  // By the array itself, for addresses that came from `toBytes` or were asked for before: the common case by far.
  readonly #known = new WeakMap<Uint8Array, string>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  toString(bytes: Uint8Array): string {
    if (bytes.length === 0) return '';
    let s = this.#known.get(bytes);
    if (s !== undefined) return s;
    const key = addressKey(bytes);
    s = this.#strings.get(key);
    if (s === undefined) {
      s = bech32Encode(this.prefix, bytes);
      if (this.#strings.size >= REMEMBERED_MAX) this.#strings.clear();
      this.#strings.set(key, s);
    }
    this.#known.set(bytes, s);
    return s;
  }

  /** Throws a coded error whose text says what is wrong. The result must not be written to. */
  toBytes(text: string): Uint8Array {
    let b = this.#bytes.get(text);
    if (b === undefined) {
      b = this.#decode(text);
      if (this.#bytes.size >= REMEMBERED_MAX) this.#bytes.clear();
      this.#bytes.set(text, b);
      // Upper case reads too, but is never written.
      if (text === text.toLowerCase()) this.#known.set(b, text);
    }
    return b;
  }

  #decode(text: string): Uint8Array {
    if (text.trim() === '') throw plainError('empty address string is not allowed');
    let decoded: { readonly prefix: string; readonly bytes: Uint8Array };
    try {
      decoded = bech32Decode(text);
    } catch (e) {
      throw plainError(`decoding bech32 failed: ${e instanceof Error ? e.message.replace(/^bech32: /, '') : String(e)}`);
    }
    if (decoded.prefix !== this.prefix) throw ErrLogic.wrap(`hrp does not match bech32 prefix: expected '${this.prefix}' got '${decoded.prefix}'`);
    if (decoded.bytes.length === 0) throw ErrUnknownAddress.wrap('addresses cannot be empty');
    if (decoded.bytes.length > ADDRESS_BYTES_MAX) {
      throw ErrUnknownAddress.wrap(`address max length is ${ADDRESS_BYTES_MAX}, got ${decoded.bytes.length}`);
    }
    return decoded.bytes;
  }
}

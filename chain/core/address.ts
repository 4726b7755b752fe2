// Account addresses: bytes inside, bech32 at the border. The prefix is configuration of the chain, known in this one object.
// Source: sdk:x/auth/codec/bech32_codec.go, types/address.go, types/address/hash.go.
import { bech32Decode, bech32Encode } from '../crypto/bech32.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { ErrLogic, ErrUnknownAddress, plainError } from './errors.ts';

export const ADDRESS_BYTES_MAX = 255;
/** Addresses remembered: one is named many times in a block, and encoding costs more than finding. A power of two. */
const PLACES = 65_536;

/** A key for maps in memory; two addresses give the same key only if they are equal. */
export function addressKey(a: Uint8Array): string {
  return String.fromCharCode.apply(undefined, a as unknown as number[]);
}

interface Known {
  readonly text: string;
  readonly bytes: Uint8Array;
}

function placeOfText(text: string): number {
  let h = 0;
  for (let i = Math.max(text.length - 6, 0); i < text.length; i++) h = Math.imul(h, 37) + text.charCodeAt(i);
  return (h ^ (h >>> 16)) & (PLACES - 1);
}

function placeOfBytes(b: Uint8Array): number {
  const n = b.length;
  return n < 2 ? 0 : ((b[n - 1] as number) << 8) | (b[n - 2] as number);
}

export class AddressCodec {
  /** Human-readable part, e.g. "trellis". */
  readonly prefix: string;
  // Each text and its bytes have one place by their last characters (the checksum) and one by their last bytes; who comes later takes it.
  readonly #byText: (Known | undefined)[] = new Array(PLACES).fill(undefined);
  readonly #byBytes: (Known | undefined)[] = new Array(PLACES).fill(undefined);

  #validators: AddressCodec | undefined;
  #consensus: AddressCodec | undefined;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Of operators of validators: the same bytes as the operator's account, "…valoper1…". */
  get validators(): AddressCodec {
    this.#validators ??= new AddressCodec(`${this.prefix}valoper`);
    return this.#validators;
  }

  /** Of validators' consensus keys, "…valcons1…". */
  get consensus(): AddressCodec {
    this.#consensus ??= new AddressCodec(`${this.prefix}valcons`);
    return this.#consensus;
  }

  toString(bytes: Uint8Array): string {
    if (bytes.length === 0) return '';
    const place = placeOfBytes(bytes);
    const known = this.#byBytes[place];
    if (known !== undefined && (known.bytes === bytes || bytesEqual(known.bytes, bytes))) return known.text;
    const text = bech32Encode(this.prefix, bytes);
    this.#byBytes[place] = { text, bytes: bytes.slice() };
    return text;
  }

  /** Throws a coded error whose text says what is wrong. The result must not be written to. */
  toBytes(text: string): Uint8Array {
    const place = placeOfText(text);
    const found = this.#byText[place];
    if (found !== undefined && found.text === text) return found.bytes;
    const known = { text, bytes: this.#decode(text) };
    this.#byText[place] = known;
    // Upper case reads too, but is never written.
    if (text === text.toLowerCase()) this.#byBytes[placeOfBytes(known.bytes)] = known;
    return known.bytes;
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

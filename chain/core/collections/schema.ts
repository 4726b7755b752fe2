// A module's state as typed collections: each declares prefix, name and codecs in one place. A prefix or name declared twice, or a prefix
// that begins another, throws at start. Source: cosmossdk.io/collections v1.2.1 schema.go.
import { toHex, utf8 } from '../../encoding/bytes.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

export class Schema {
  /** The store that holds these collections. */
  readonly storeName: string;
  readonly #taken = new Map<string, { readonly name: string; readonly prefix: Uint8Array }>();

  constructor(storeName: string) {
    this.storeName = storeName;
  }

  /** Called by each collection's constructor; gives the prefix as bytes. A number is one byte, a text its UTF-8. */
  declare(prefix: number | string, name: string): Uint8Array {
    const bytes = typeof prefix === 'number' ? Uint8Array.of(prefix) : utf8(prefix);
    if (bytes.length === 0) throw new Error(`store ${this.storeName}: collection ${name} has an empty prefix`);
    if (!NAME.test(name)) throw new Error(`store ${this.storeName}: ${JSON.stringify(name)} is no name of a collection`);
    const hex = toHex(bytes);
    for (const [otherHex, other] of this.#taken) {
      if (other.name === name) throw new Error(`store ${this.storeName}: name ${name} is declared twice`);
      if (hex.startsWith(otherHex) || otherHex.startsWith(hex)) {
        throw new Error(`store ${this.storeName}: prefix 0x${hex} of ${name} and 0x${otherHex} of ${other.name} overlap`);
      }
    }
    this.#taken.set(hex, { name, prefix: bytes });
    return bytes;
  }

  /** Names and prefixes, for tools that show raw state. */
  get collections(): readonly { readonly name: string; readonly prefix: Uint8Array }[] {
    return [...this.#taken.values()];
  }
}

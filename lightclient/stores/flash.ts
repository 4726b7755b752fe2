// Values in two pages of flash, written in turn: an erase that a power cut ends damages one page, and the other has the state before it.
// A page: CRC-32C be32, sequence be32, then for each value name length, name, be16 length, value; a name of no length ends it.
import { crc32c } from '../../chain/crypto/crc32c.ts';
import { fromUtf8, utf8 } from '../../chain/encoding/bytes.ts';
import { LightError } from '../errors.ts';
import type { Store } from '../store.ts';

export interface Flash {
  /** Bytes of one page. */
  readonly pageSize: number;
  read(page: 0 | 1): Promise<Uint8Array>;
  /** Erases the page and writes it; `bytes` has the page's size. */
  write(page: 0 | 1, bytes: Uint8Array): Promise<void>;
}

const HEAD = 8;

interface Page {
  readonly sequence: number;
  readonly values: Map<string, Uint8Array>;
}

function decode(b: Uint8Array): Page | undefined {
  const v = new DataView(b.buffer, b.byteOffset, b.length);
  if (b.length < HEAD || v.getUint32(0) !== crc32c(b.subarray(4))) return undefined;
  const values = new Map<string, Uint8Array>();
  for (let at = HEAD; at < b.length && b[at] !== 0; ) {
    const n = b[at] as number;
    const name = fromUtf8(b.subarray(at + 1, at + 1 + n));
    const size = v.getUint16(at + 1 + n);
    values.set(name, b.slice(at + 3 + n, at + 3 + n + size));
    at += 3 + n + size;
  }
  return { sequence: v.getUint32(4), values };
}

function encode({ sequence, values }: Page, pageSize: number): Uint8Array {
  const b = new Uint8Array(pageSize);
  const v = new DataView(b.buffer);
  v.setUint32(4, sequence);
  let at = HEAD;
  for (const [name, value] of values) {
    const key = utf8(name);
    if (at + 3 + key.length + value.length > pageSize || value.length > 0xffff) throw new LightError('store', `${value.length} bytes do not fit the page`);
    b[at] = key.length;
    b.set(key, at + 1);
    v.setUint16(at + 1 + key.length, value.length);
    b.set(value, at + 3 + key.length);
    at += 3 + key.length + value.length;
  }
  v.setUint32(0, crc32c(b.subarray(4)));
  return b;
}

/** Later of two sequence numbers, which may have gone round. */
const isLater = (a: number, b: number): boolean => ((a - b) | 0) > 0;

const isBlank = (b: Uint8Array): boolean => b.every((x) => x === 0xff) || b.every((x) => x === 0);

export async function flashStore(flash: Flash): Promise<Store> {
  const raw = [await flash.read(0), await flash.read(1)] as const;
  const pages = raw.map(decode);
  let current: 0 | 1 = pages[1] !== undefined && (pages[0] === undefined || isLater(pages[1].sequence, pages[0].sequence)) ? 1 : 0;
  let page = pages[current];
  // One damaged page is a write that was cut off; two, of which none is new, are a loss that must be told.
  if (page === undefined && !raw.every(isBlank)) {
    if (!isBlank(raw[0]) && !isBlank(raw[1])) throw new LightError('store', 'both pages are damaged');
    page = { sequence: 0, values: new Map() };
  }
  page ??= { sequence: 0, values: new Map() };
  async function write(values: Map<string, Uint8Array>): Promise<void> {
    const next: Page = { sequence: ((page as Page).sequence + 1) >>> 0, values };
    const other: 0 | 1 = current === 0 ? 1 : 0;
    const bytes = encode(next, flash.pageSize);
    try {
      await flash.write(other, bytes);
    } catch (e) {
      throw new LightError('store', (e as Error).message);
    }
    current = other;
    page = next;
  }
  return {
    get: async (name) => (page as Page).values.get(name)?.slice(),
    put: (name, value) => write(new Map([...(page as Page).values, [name, value.slice()]])),
    delete: (name) => write(new Map([...(page as Page).values].filter(([n]) => n !== name))),
  };
}

// CRC-32C (Castagnoli, RFC 3720 §12.1): reflected polynomial 0x82f63b78, as Go's crc32.Castagnoli table. Records of the WAL and of the
// database carry it. Slicing by eight: eight tables, two words a step; whole words are read where there are enough of them.

/** Table t at 256 · t. */
const T: Int32Array = (() => {
  const tables = new Int32Array(8 * 256);
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    tables[i] = c;
  }
  for (let i = 256; i < tables.length; i++) {
    const c = tables[i - 256] as number;
    tables[i] = (c >>> 8) ^ (tables[c & 255] as number);
  }
  return tables;
})();

const WORDS_FROM_BYTES = 64;
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function step(x: number, y: number): number {
  return (
    (T[1792 + (x & 255)] as number) ^
    (T[1536 + ((x >>> 8) & 255)] as number) ^
    (T[1280 + ((x >>> 16) & 255)] as number) ^
    (T[1024 + (x >>> 24)] as number) ^
    (T[768 + (y & 255)] as number) ^
    (T[512 + ((y >>> 8) & 255)] as number) ^
    (T[256 + ((y >>> 16) & 255)] as number) ^
    (T[y >>> 24] as number)
  );
}

const word = (b: Uint8Array, i: number): number => (b[i] as number) | ((b[i + 1] as number) << 8) | ((b[i + 2] as number) << 16) | ((b[i + 3] as number) << 24);

/** Unsigned 32 bits. `previous` continues the checksum of the bytes before. */
export function crc32c(data: Uint8Array, previous = 0): number {
  let c = ~previous;
  const n = data.length;
  let i = 0;
  if (n >= WORDS_FROM_BYTES && LITTLE_ENDIAN) {
    const aligned = -data.byteOffset & 3;
    for (; i < aligned; i++) c = (c >>> 8) ^ (T[(c ^ (data[i] as number)) & 255] as number);
    const words = new Int32Array(data.buffer, data.byteOffset + i, ((n - i) >> 3) << 1);
    for (let w = 0; w < words.length; w += 2) c = step(c ^ (words[w] as number), words[w + 1] as number);
    i += words.length << 2;
  }
  for (; i + 7 < n; i += 8) c = step(c ^ word(data, i), word(data, i + 4));
  for (; i < n; i++) c = (c >>> 8) ^ (T[(c ^ (data[i] as number)) & 255] as number);
  return ~c >>> 0;
}

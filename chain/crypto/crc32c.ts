// CRC-32C (Castagnoli, RFC 3720 §12.1): reflected polynomial 0x82f63b78, as Go's crc32.Castagnoli table. Records of the WAL and of the
// database carry it. Slicing by four: four tables, one word a step.

const TABLES: readonly Uint32Array[] = (() => {
  const first = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    first[i] = c;
  }
  const tables = [first];
  for (let t = 1; t < 4; t++) {
    const before = tables[t - 1] as Uint32Array;
    tables.push(before.map((c) => (c >>> 8) ^ (first[c & 255] as number)));
  }
  return tables;
})();
const [T0, T1, T2, T3] = TABLES as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

/** Unsigned 32 bits. `previous` continues the checksum of the bytes before. */
export function crc32c(data: Uint8Array, previous = 0): number {
  let c = ~previous;
  const n = data.length;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const x = c ^ ((data[i] as number) | ((data[i + 1] as number) << 8) | ((data[i + 2] as number) << 16) | ((data[i + 3] as number) << 24));
    c = (T3[x & 255] as number) ^ (T2[(x >>> 8) & 255] as number) ^ (T1[(x >>> 16) & 255] as number) ^ (T0[x >>> 24] as number);
  }
  for (; i < n; i++) c = (c >>> 8) ^ (T0[(c ^ (data[i] as number)) & 255] as number);
  return ~c >>> 0;
}

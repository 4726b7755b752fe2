// Small protobuf messages as lists of bytes: what is hashed and signed is short and needs no buffer that grows, so a page need not carry the
// whole Writer (proto-wire.ts). Canonical: a field that is zero or empty is not there.

export function varint(n: bigint): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, n);
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
  return out;
}

/** int32, int64, uint32, uint64, enums. */
export const varintField = (no: number, n: bigint): number[] => (n === 0n ? [] : [no << 3, ...varint(n)]);

/** Length and content, also where it is empty, as an embedded message has it. */
export const embedField = (no: number, b: ArrayLike<number>): number[] => [(no << 3) | 2, ...varint(BigInt(b.length)), ...Array.from(b)];

export const bytesField = (no: number, b: ArrayLike<number>): number[] => (b.length === 0 ? [] : embedField(no, b));

/** fixed64 and sfixed64. */
export function fixed64Field(no: number, n: bigint): number[] {
  if (n === 0n) return [];
  const out = [(no << 3) | 1];
  for (let i = 0n; i < 64n; i += 8n) out.push(Number((n >> i) & 255n));
  return out;
}

// Small protobuf messages as lists of bytes: what is hashed and signed is short and needs no buffer that grows, so a page need not carry the
// whole Writer (proto-wire.ts). Canonical: a field that is zero or empty is not there.

function putVarint(out: number[], n: bigint | number): void {
  if (n >= 0 && n <= 9_007_199_254_740_991) {
    let rest = Number(n);
    for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
    out.push(rest);
    return;
  }
  let rest = BigInt.asUintN(64, BigInt(n));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
}

export function varint(n: bigint | number): number[] {
  const out: number[] = [];
  putVarint(out, n);
  return out;
}

/** int32, int64, uint32, uint64, enums. */
export function varintField(no: number, n: bigint | number): number[] {
  if (n === 0n || n === 0) return [];
  const out = varint(no << 3);
  putVarint(out, n);
  return out;
}

/** Length and content, also where it is empty, as an embedded message has it. */
export function embedField(no: number, b: ArrayLike<number>): number[] {
  const out = varint((no << 3) | 2);
  putVarint(out, b.length);
  for (let i = 0; i < b.length; i++) out.push(b[i] as number);
  return out;
}

export const bytesField = (no: number, b: ArrayLike<number>): number[] => (b.length === 0 ? [] : embedField(no, b));

/** fixed64 and sfixed64. */
export function fixed64Field(no: number, n: bigint): number[] {
  if (n === 0n) return [];
  const out = varint((no << 3) | 1);
  for (let i = 0n; i < 64n; i += 8n) out.push(Number((n >> i) & 255n));
  return out;
}

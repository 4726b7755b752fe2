// math.Int as text: what Go's big.Int reads (base by prefix, underscores between digits) within 256 bits. Amounts in messages and state
// are such texts. Source: cosmossdk.io/math int.go Unmarshal; Go math/big UnmarshalText (base 0).

const LIMIT = 1n << 256n;
const PLAIN = /^(?:0|[1-9][0-9]*)$/;

/** Throws where the magnitude takes more than 256 bits: the reference's "Int overflow", a panic. */
export function checkInt(n: bigint): bigint {
  if (n >= LIMIT || n <= -LIMIT) throw new RangeError('Int overflow');
  return n;
}

/** undefined where Go's decoder refuses the text; the empty text is Go's nil and refused here. */
export function tryParseInt256(text: string): bigint | undefined {
  const n = PLAIN.test(text) ? BigInt(text) : parseUnusual(text);
  return n === undefined || n >= LIMIT || n <= -LIMIT ? undefined : n;
}

export function parseInt256(text: string): bigint {
  const n = tryParseInt256(text);
  if (n === undefined) throw new RangeError(`not an integer of 256 bits: ${JSON.stringify(text.slice(0, 100))}`);
  return n;
}

const UNUSUAL = /^([+-]?)(?:(0[xX])_?([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)|(0[bB])_?([01]+(?:_[01]+)*)|(0[oO]?)_?([0-7]+(?:_[0-7]+)*)|([1-9][0-9]*(?:_[0-9]+)*|0))$/;

function parseUnusual(text: string): bigint | undefined {
  const m = UNUSUAL.exec(text);
  if (m === null) return undefined;
  const digits = (m[3] ?? m[5] ?? m[7] ?? m[8] ?? '').replaceAll('_', '');
  const prefix = m[3] !== undefined ? '0x' : m[5] !== undefined ? '0b' : m[7] !== undefined ? '0o' : '';
  const n = BigInt(prefix + digits);
  return m[1] === '-' ? -n : n;
}

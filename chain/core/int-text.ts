// math.Int as decimal text, the form of amounts in messages and state, within 256 bits. Decoders have already made what Go reads canonical.
// Source: cosmossdk.io/math int.go.

const LIMIT = 1n << 256n;
const CANONICAL = /^(?:0|-?[1-9][0-9]*)$/;

/** Throws where the magnitude takes more than 256 bits: the reference's "Int overflow", a panic. */
export function checkInt(n: bigint): bigint {
  if (n >= LIMIT || n <= -LIMIT) throw new RangeError('Int overflow');
  return n;
}

/** Throws on anything else; the empty text is Go's nil Int, whose use is a panic there too. */
export function parseInt256(text: string): bigint {
  if (!CANONICAL.test(text)) throw new RangeError(text === '' ? 'nil Int' : `not an integer: ${JSON.stringify(text.slice(0, 100))}`);
  return checkInt(BigInt(text));
}

// How a Reader's mode treats what a canonical encoder never writes, and text that is not UTF-8.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8Escaped, isEscapedUtf8, utf8 } from './bytes.ts';
import { type Codec, int64, message, oneof, optional, repeatedScalar, scalar, scalars, string } from './codec.ts';
import { ANY_UTF8, CANONICAL_ONLY, LENIENT, Reader, type ReadMode, WireError, Writer } from './proto-wire.ts';

interface Inner {
  readonly a: bigint;
  readonly b: bigint;
}
const Inner: Codec<Inner> = message<Inner>('test.Inner', { a: int64(1), b: int64(2) });
interface Outer {
  readonly name: string;
  readonly inner: Inner | undefined;
  readonly list: readonly bigint[];
  readonly choice: { readonly case: 'x'; readonly value: Inner } | { readonly case: 'y'; readonly value: bigint } | undefined;
}
const Outer: Codec<Outer> = message<Outer>('test.Outer', {
  name: string(1),
  inner: optional(2, Inner),
  list: repeatedScalar(3, scalars.int64),
  choice: oneof<{ x: Inner; y: bigint }>({ x: optional(4, Inner), y: scalar(5, scalars.int64) }),
});
const read = (b: Uint8Array, mode: ReadMode): Outer => Outer.read(new Reader(b, 0, b.length, mode), undefined, 0);
const inner = (w: Writer, no: number, field: number, v: number): Writer => {
  const at = w.tag(no, 2).begin();
  w.tag(field, 0).uint32(v);
  w.end(at);
  return w;
};

describe('reading', () => {
  it('merges a repeated message, but not in a oneof, as gogoproto does', () => {
    const twice = inner(inner(new Writer(), 2, 1, 7), 2, 2, 8).finish();
    expect(read(twice, LENIENT).inner).toEqual({ a: 7n, b: 8n });
    const oneofTwice = inner(inner(new Writer(), 4, 1, 7), 4, 2, 8).finish();
    expect(read(oneofTwice, LENIENT).choice).toEqual({ case: 'x', value: { a: 0n, b: 8n } });
  });

  it.each([
    ['an unknown field', new Writer().tag(9, 0).uint32(1).finish()],
    ['fields out of order', new Writer().tag(3, 0).uint32(1).tag(1, 2).string('a').finish()],
    ['a singular field twice', new Writer().tag(1, 2).string('a').tag(1, 2).string('b').finish()],
    [
      'more than 64 bits',
      new Writer()
        .tag(5, 0)
        .raw(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 3))
        .finish(),
    ],
  ])('takes %s unless canonical bytes are asked for', (_what, b) => {
    expect(() => read(b, LENIENT)).not.toThrow();
    expect(() => read(b, CANONICAL_ONLY)).toThrow(WireError);
  });

  it('reads canonical bytes the same in every mode', () => {
    const m: Outer = { name: 'é', inner: { a: 1n, b: -1n }, list: [1n, 2n], choice: { case: 'y', value: 0n } };
    for (const mode of [LENIENT, CANONICAL_ONLY, ANY_UTF8] as const) expect(read(Outer.encode(m), mode)).toEqual(m);
    const unpacked = new Writer().tag(3, 0).uint32(1).tag(3, 0).uint32(2).finish();
    expect(read(unpacked, CANONICAL_ONLY).list).toEqual([1n, 2n]);
  });

  it('skips groups with their end, nested ones too', () => {
    const group = new Writer().tag(9, 3).tag(1, 0).uint32(5).tag(10, 3).tag(10, 4).tag(9, 4).tag(1, 2).string('after').finish();
    expect(read(group, LENIENT).name).toBe('after');
    expect(() => read(new Writer().tag(9, 3).finish(), LENIENT)).toThrow(WireError);
    expect(() => read(new Writer().tag(9, 4).finish(), LENIENT)).toThrow(WireError);
  });

  it('does not read beyond a message that is cut short', () => {
    const b = Outer.encode(Outer.from({ inner: { a: 300n, b: 5n }, name: 'x' }));
    for (let end = 0; end < b.length; end++) {
      try {
        Outer.read(new Reader(b, 0, end), undefined, 0);
      } catch (e) {
        expect(e).toBeInstanceOf(WireError);
      }
    }
  });
});

describe('text that may not be UTF-8', () => {
  it('is written back byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (b) => {
        const s = fromUtf8Escaped(b);
        expect(new Writer().string(s).finish().subarray(1)).toEqual(b);
        const valid = Buffer.from(b).equals(Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(b)));
        expect(isEscapedUtf8(s)).toBe(!valid);
      }),
    );
  });

  it('is left alone where it is UTF-8', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((s) => !isEscapedUtf8(s)),
        (s) => {
          expect(fromUtf8Escaped(utf8(s))).toBe(s);
        },
      ),
    );
  });

  it('is refused in the other modes', () => {
    const b = Uint8Array.of(0x0a, 1, 0xff);
    expect(read(b, ANY_UTF8).name).toBe('\udcff');
    expect(() => read(b, LENIENT)).toThrow('invalid UTF-8');
    expect(() => new Writer().string('\ud800')).toThrow(RangeError);
  });
});

// Int and Dec against their definitions; the rounding variants against exact fractions. Vectors: test/conformance/math.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dec, DecParseError } from './dec.ts';
import { INT_MAX, Int, MathPanic } from './int.ts';

const ONE = 10n ** 18n;
const dec = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map((n) => n as Dec);
const nonZero = dec.filter((d) => d !== 0n);

/** floor(n / d) for d > 0. */
function floorDiv(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n % d < 0n ? q - 1n : q;
}

describe('Int', () => {
  it('holds ±(2^256 − 1) and panics beyond (F-23)', () => {
    expect(Int.add(INT_MAX, 0n)).toBe(INT_MAX);
    expect(Int.sub(-INT_MAX, 0n)).toBe(-INT_MAX);
    expect(() => Int.add(INT_MAX, 1n)).toThrow(MathPanic);
    expect(() => Int.sub(-INT_MAX, 1n)).toThrow(MathPanic);
    expect(() => Int.mul(1n << 128n, 1n << 128n)).toThrow(MathPanic);
    expect(Int.mul(1n << 128n, 1n << 127n)).toBe(1n << 255n);
  });

  it('divides toward zero and takes the Euclidean remainder', () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt().filter((b) => b !== 0n),
        (a, b) => {
          const m = Int.mod(a, b);
          expect(m >= 0n && m < (b < 0n ? -b : b)).toBe(true);
          expect((a - m) % b).toBe(0n);
        },
      ),
    );
    expect(Int.quo(-7n, 2n)).toBe(-3n);
    expect(() => Int.quo(1n, 0n)).toThrow('Division by zero');
    expect(() => Int.mod(1n, 0n)).toThrow(MathPanic);
  });

  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['+5', 5n],
    ['010', 8n],
    ['0_7', 7n],
    ['0x1F', 31n],
    ['0X_f', 15n],
    ['-0b101', -5n],
    ['0o17', 15n],
    ['1_000', 1000n],
    ['00', 0n],
    ['08', undefined],
    ['0x', undefined],
    ['0b2', undefined],
    ['1__0', undefined],
    ['_1', undefined],
    ['1_', undefined],
    ['', undefined],
    ['-', undefined],
    [' 1', undefined],
    ['1.0', undefined],
    ['1e3', undefined],
    ['--1', undefined],
    [INT_MAX.toString(), INT_MAX],
    [(INT_MAX + 1n).toString(), undefined],
    [`0x${'f'.repeat(64)}`, INT_MAX],
    [`0x1${'0'.repeat(64)}`, undefined],
    ['9'.repeat(100_000), undefined],
    [`${'0'.repeat(3_000_000)}17`, 15n],
    ['1_'.repeat(2_000_000), undefined],
    ['0_', undefined],
    ['0x_1', 1n],
    ['0xg', undefined],
  ])('parses %.20s as Go does', (text, want) => {
    expect(Int.parse(text)).toBe(want);
  });
});

describe('Dec', () => {
  it('parses what it formats', () => {
    fc.assert(
      fc.property(dec, (d) => {
        expect(Dec.parse(Dec.format(d))).toBe(d);
        expect(Dec.fromWire(Dec.toWire(d))).toBe(d);
      }),
    );
  });

  it.each([
    ['0', 0n],
    ['1', ONE],
    ['-0.5', -ONE / 2n],
    ['007.10', 71n * 10n ** 17n],
    ['0.000000000000000001', 1n],
    ['+1', ONE],
    ['--1', ONE],
    ['-+1', -ONE],
    [((1n << 256n) - 1n).toString(), ((1n << 256n) - 1n) * ONE],
  ])('parses %s', (text, want) => {
    expect(Dec.parse(text)).toBe(want);
  });

  it.each(['', '-', '.', '1.', '.5', '1.2.3', '0.0000000000000000001', '1,5', '0x1', '1_0', '1e3', ' 1', '1.-5', (1n << 256n).toString(), '9'.repeat(100_000)])(
    'refuses %s',
    (text) => {
      expect(() => Dec.parse(text)).toThrow(DecParseError);
    },
  );

  it('rounds half to even in mul and quo', () => {
    expect(Dec.mul(Dec.parse('0.5'), Dec.smallest)).toBe(0n);
    expect(Dec.mul(Dec.parse('1.5'), Dec.smallest)).toBe(2n);
    expect(Dec.mul(Dec.parse('2.5'), Dec.smallest)).toBe(2n);
    expect(Dec.mul(Dec.parse('-1.5'), Dec.smallest)).toBe(-2n);
    expect(Dec.quo(Dec.smallest, Dec.parse('2'))).toBe(0n);
    expect(Dec.quo(3n as Dec, Dec.parse('2'))).toBe(2n);
    expect(Dec.roundInt(Dec.parse('2.5'))).toBe(2n);
    expect(Dec.roundInt(Dec.parse('-3.5'))).toBe(-4n);
  });

  it('is within half a unit of the exact product; truncation goes toward zero, rounding up never below', () => {
    fc.assert(
      fc.property(dec, dec, (a, b) => {
        const exact = a * b;
        const distance = Dec.mul(a, b) * ONE - exact;
        expect(distance <= ONE / 2n && distance >= -ONE / 2n).toBe(true);
        const truncated = Dec.mulTruncate(a, b);
        expect(truncated).toBe(exact < 0n ? -floorDiv(-exact, ONE) : floorDiv(exact, ONE));
        expect(Dec.mulRoundUp(a, b)).toBe(-floorDiv(-exact, ONE));
      }),
    );
  });

  it('quotients bracket the exact value', () => {
    fc.assert(
      fc.property(dec, nonZero, (a, b) => {
        const truncated = Dec.quoTruncate(a, b);
        const up = Dec.quoRoundUp(a, b);
        expect(up - truncated === 0n || up - truncated === 1n).toBe(true);
        const rounded = Dec.quo(a, b);
        expect(rounded - truncated <= 1n && rounded - truncated >= -1n).toBe(true);
      }),
    );
  });

  it('panics out of range and on a zero divisor', () => {
    const top = Dec.fromInt(INT_MAX);
    expect(() => Dec.add(top, Dec.fromInt(1n))).toThrow('Int overflow');
    expect(() => Dec.mul(top, Dec.parse('2'))).toThrow(MathPanic);
    expect(() => Dec.quo(top, Dec.smallest)).toThrow(MathPanic);
    expect(() => Dec.quo(Dec.one, Dec.zero)).toThrow('division by zero');
    expect(() => Dec.quoInt(Dec.one, 0n)).toThrow(MathPanic);
  });

  it('takes powers and roots', () => {
    expect(Dec.power(Dec.parse('1.1'), 3n)).toBe(Dec.parse('1.331'));
    expect(Dec.power(Dec.parse('7'), 0n)).toBe(Dec.one);
    expect(Dec.approxSqrt(Dec.parse('4'))).toBe(Dec.parse('2'));
    expect(Dec.approxRoot(Dec.parse('-8'), 3n)).toBe(Dec.parse('-2'));
    expect(Dec.format(Dec.approxSqrt(Dec.parse('2')))).toBe('1.414213562373095049');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from './matcher.ts';
import { compareBigFloat, leadingNumber, parseDecimal } from './number.ts';
import { parseQuery } from './parser.ts';
import { formatQuery, QueryError } from './query.ts';

const events = (o: Record<string, string[]>): Map<string, string[]> => new Map(Object.entries(o));

describe('parseQuery', () => {
  it.each([
    ["tm.event='Tx' AND", 'offset 17: EOF', 17],
    ['account.balance >= -300', 'offset 19: invalid input - at offset 20', 19],
    ['account.balance=33.22.1', 'offset 21: invalid input . at offset 22', 21],
    ["tm.event>'NewBlock'", 'offset 9: got string, wanted number, timestamp or datestamp', 9],
    ["tm.event 'x'", 'offset 9: got string, wanted <= operator, >= operator, < operator, > operator, = operator, CONTAINS operator or EXISTS operator', 9],
    ["tm.event='Tx' AN x=1", 'offset 14: got tag, want 6', 14],
    ['', 'offset 0: EOF', 0],
    ["é='x' ü", 'offset 7: got tag, want 6', 7],
    ['x = DATE 0013-01-03', 'offset 4: datestamp year 13 out of range', 4],
  ])('%j is refused as CometBFT words it', (text, message, offset) => {
    try {
      parseQuery(text);
      expect.unreachable();
    } catch (e) {
      expect(e).toBeInstanceOf(QueryError);
      expect((e as QueryError).message).toBe(message);
      expect((e as QueryError).offset).toBe(offset);
    }
  });

  it('has one canonical text', () => {
    const canonical = "tm.event = 'Tx' AND tx.height > 5 AND a.b EXISTS AND a.c CONTAINS 'x y' AND d.e < DATE 2020-01-02 AND f >= TIME 2020-01-02T03:04:05Z";
    expect(
      formatQuery(
        parseQuery("  tm.event='Tx'  AND tx.height>5 AND a.b EXISTS AND a.c CONTAINS 'x y' AND d.e<DATE 2020-01-02 AND f >=TIME 2020-01-02T03:04:05Z"),
      ),
    ).toBe(canonical);
    expect(formatQuery(parseQuery(canonical))).toBe(canonical);
  });

  it('refuses any other text with a QueryError', () => {
    const piece = fc.constantFrom(
      'a.b',
      '=',
      '<',
      '>=',
      "'x'",
      "'",
      '12',
      '1.',
      'AND',
      'EXISTS',
      'CONTAINS',
      'TIME',
      'DATE',
      ' ',
      '2020-01-01',
      '-',
      '\u00a0',
      'é',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join('')),
        ),
        (text) => {
          try {
            expect(formatQuery(parseQuery(formatQuery(parseQuery(text))))).toBe(formatQuery(parseQuery(text)));
          } catch (e) {
            expect(e).toBeInstanceOf(QueryError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('matches', () => {
  it.each([
    ['tx.gas = 8', { 'tx.gas': ['8stake'] }, true],
    ['tx.gas = 8', { 'tx.gas': ['-8'] }, false],
    ['tx.gas < 10', { 'tx.gas': ['9,5'] }, true],
    ['tx.date = DATE 2020-02-29', { 'tx.date': ['2020-02-30'] }, false],
    ['tx.time < TIME 2020-01-01T00:00:00+01:00', { 'tx.time': ['2019-12-31T22:59:59.999Z'] }, true],
    ["slash = ''", { 'slash.reason': ['x'] }, true],
    ["slash = 'x'", { 'slash.reason': ['x'] }, false],
    ['sla EXISTS', { 'slash.reason': ['x'] }, false],
    ['a EXISTS', { a: ['x'] }, true],
    ['a EXISTS', {}, false],
  ] as const)('%s on %j is %s', (query, map, expected) => {
    expect(matches(parseQuery(query), events(map as unknown as Record<string, string[]>))).toBe(expected);
  });
});

describe('numbers', () => {
  it('compares integers of any length exactly', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 300n), fc.bigInt(0n, 2n ** 300n), (a, b) => {
        const order = compareBigFloat(parseDecimal(`${a}`) as never, leadingNumber(`${b}utrel`) as never);
        expect(Math.sign(order)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('keeps 125 bits of a decimal, to nearest', () => {
    const one = parseDecimal('1.0') as never;
    expect(compareBigFloat(parseDecimal(`1.${'0'.repeat(38)}1`) as never, one)).toBe(0);
    expect(compareBigFloat(parseDecimal(`1.${'0'.repeat(36)}1`) as never, one)).toBe(1);
    expect(compareBigFloat(parseDecimal('0.5') as never, parseDecimal('0.50') as never)).toBe(0);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDurationMs, parseDurationMs } from './duration.ts';

test.each([
  ['0', 0],
  ['0s', 0],
  ['500ms', 500],
  ['3s', 3000],
  ['1m0s', 60_000],
  ['168h0m0s', 604_800_000],
  ['1h15m30.918s', 4_530_918],
  ['-1.5h', -5_400_000],
  ['10us', 0.01],
  ['10µs', 0.01],
  ['.5s', 500],
  ['1.s', 1000],
])('%s', (text, ms) => expect(parseDurationMs(text)).toBeCloseTo(ms, 9));

test.each(['', '3', '.s', '1d', 's', '1s 2s', '1 s', '1e3s', '--1s', '1s-2s', 'NaN', '9'.repeat(80)])('%j is no duration', (text) =>
  expect(parseDurationMs(text)).toBeUndefined(),
);

test.each([
  [0, '0s'],
  [0.000001, '1ns'],
  [0.0015, '1.5µs'],
  [1.5, '1.5ms'],
  [1000, '1s'],
  [61_500, '1m1.5s'],
  [3_600_000, '1h0m0s'],
  [-60_000, '-1m0s'],
])('%d ms prints as Go prints it', (ms, text) => expect(formatDurationMs(ms)).toBe(text));

test('print and parse are inverse', () => {
  fc.assert(fc.property(fc.integer({ min: -1e11, max: 1e11 }), (ms) => parseDurationMs(formatDurationMs(ms)) === ms));
});

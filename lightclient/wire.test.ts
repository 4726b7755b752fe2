import { expect, test } from 'vitest';
import { message } from './wire.ts';

test('the last of a field counts, all of one that is repeated; what is not there is empty or zero', () => {
  const m = message(Uint8Array.of(0x08, 1, 0x08, 5, 0x12, 1, 7, 0x12, 0));
  expect([m.number(1), m.int64(3), m.bytes(2), m.bytes(4)]).toEqual([5, 0n, new Uint8Array(0), new Uint8Array(0)]);
  expect(m.all(2)).toEqual([Uint8Array.of(7), new Uint8Array(0)]);
  expect(m.one(4, (b) => b)).toBeUndefined();
  expect(() => m.bytes(1)).toThrow('a number where bytes belong');
  expect(() => m.number(2)).toThrow('bytes where a number belongs');
});

test('a field that is repeated as often as a bundle has room for takes no minutes', () => {
  const b = new Uint8Array(262_144);
  for (let i = 0; i < b.length; i += 2) b[i] = 0x1a;
  const before = performance.now();
  expect(message(b).all(3)).toHaveLength(b.length / 2);
  expect(performance.now() - before).toBeLessThan(5000);
});

import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { isCompressedP256Point } from './p256-point.ts';

describe('compressed points of P-256', () => {
  it('agrees with noble on points and on bytes that are none', () => {
    let points = 0;
    for (let i = 1; i <= 60; i++) {
      const b = new Uint8Array(33).fill(i * 7);
      b[0] = 2 + (i & 1);
      let valid = true;
      try {
        p256.Point.fromBytes(b);
        points++;
      } catch {
        valid = false;
      }
      expect(isCompressedP256Point(b)).toBe(valid);
    }
    expect(points).toBeGreaterThan(10);
    expect(points).toBeLessThan(50);
  });

  it('refuses other forms', () => {
    const g = p256.Point.BASE.toBytes(true);
    expect(isCompressedP256Point(g)).toBe(true);
    expect(isCompressedP256Point(g.subarray(1))).toBe(false);
    expect(isCompressedP256Point(p256.Point.BASE.toBytes(false))).toBe(false);
    expect(isCompressedP256Point(Uint8Array.of(4, ...g.subarray(1)))).toBe(false);
    expect(isCompressedP256Point(new Uint8Array(33).fill(255).fill(2, 0, 1))).toBe(false);
  });
});

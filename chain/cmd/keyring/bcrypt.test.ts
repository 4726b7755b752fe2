import { expect, test } from 'vitest';
import { utf8 } from '../../encoding/bytes.ts';
import { bcryptHash, bcryptVerify } from './bcrypt.ts';

// From the test suite of jBCrypt (public domain), cost 6.
test.each([
  ['a', '$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe'],
  ['abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
  ['abcdefghijklmnopqrstuvwxyz', '$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC'],
])('%j', (password, hash) => {
  expect(bcryptVerify(hash, utf8(password))).toBe(true);
  expect(bcryptVerify(hash, utf8(`${password}x`))).toBe(false);
});

test('the cost and the salt are checked', () => {
  expect(() => bcryptHash(new Uint8Array(1), new Uint8Array(15), 6)).toThrow(RangeError);
  expect(() => bcryptHash(new Uint8Array(1), new Uint8Array(16), 3)).toThrow(RangeError);
  expect(bcryptVerify('$2a$31$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i', utf8('abc'))).toBe(false);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readQuery } from './query.ts';

test('a query is read as URLSearchParams reads it', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', 'b', '=', '&', '+', '%', '%22', '%2B', '%41', '%C3%A9', '%ff', '"', '/store', 'ö', '😀'),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('').replace(/^\?/, '');
      const reference = new URLSearchParams(text);
      const query = readQuery(text);
      for (const name of [...reference.keys(), 'a', '']) expect(query.get(name)).toBe(reference.get(name));
    }),
    { numRuns: 2000 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame, MessageReader, P2pFramingError } from './framing.ts';

test('a message survives any cutting of its stream, and what follows is not looked at', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 600 }),
      fc.uint8Array({ maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (message, rest, cuts) => {
        const stream = new Uint8Array([...frame(message), ...rest]);
        const reader = new MessageReader(600);
        let got: Uint8Array | undefined;
        for (let at = 0, i = 0; at < stream.length && got === undefined; i++) {
          const n = cuts[i % cuts.length] as number;
          got = reader.push(stream.subarray(at, at + n));
          at += n;
        }
        expect(got).toEqual(message);
      },
    ),
  );
});

test('an empty message, a length over the cap and an endless length are refused', () => {
  for (const bytes of [[0], [0x81, 0x08], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80]]) {
    expect(() => new MessageReader(1024).push(Uint8Array.from(bytes))).toThrow(P2pFramingError);
  }
});

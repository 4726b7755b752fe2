// A thread may be stopped between any two steps; the next batch may be announced meanwhile.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SignatureVerifier } from '../crypto/ports.ts';
import { RING_BYTES, type SignatureItem, SignatureRing } from './signature-ring.ts';

const item = (n: number, good: boolean): SignatureItem => ({
  algorithm: 'ed25519',
  publicKey: new Uint8Array(32),
  message: Uint8Array.of(n & 255, n >> 8, good ? 1 : 0),
  signature: new Uint8Array(64),
});
const items = (count: number, good: boolean): SignatureItem[] => Array.from({ length: count }, (_, i) => item(i, good));

describe('SignatureRing', () => {
  afterEach(() => vi.restoreAllMocks());

  // Steps of `work`: 0 before its first atomic operation, 1 between the first and the second, and so on.
  for (const step of [0, 1, 2, 3]) {
    it(`a thread that is stopped after ${step} steps at the end of a batch verifies nothing of the next one twice`, () => {
      const shared = new SharedArrayBuffer(RING_BYTES);
      const main = new SignatureRing(shared);
      const thread = new SignatureRing(shared);
      const seen: number[] = [];
      const verifier: SignatureVerifier = {
        name: 'test',
        verify: (_algorithm, _key, message) => {
          seen.push((message[0] as number) | ((message[1] as number) << 8));
          return message[2] === 1;
        },
      };
      main.announce(items(16, true));
      while (main.work(verifier)) {
        // Until no chunk is left.
      }
      seen.length = 0;
      let steps = 0;
      const stopAt = (): void => {
        if (steps++ === step) main.announce(items(100, false));
      };
      for (const name of ['load', 'add', 'compareExchange'] as const) {
        const real = Atomics[name] as (...args: unknown[]) => number;
        vi.spyOn(Atomics, name).mockImplementation(((...args: unknown[]) => {
          stopAt();
          return real.apply(Atomics, args);
        }) as never);
      }
      thread.work(verifier);
      vi.restoreAllMocks();
      if (steps <= step) main.announce(items(100, false));
      while (main.work(verifier)) {
        // Until no chunk is left.
      }
      expect([...seen].sort((a, b) => a - b)).toEqual(items(100, false).map((_, i) => i));
      for (let i = 0; i < 100; i++) expect(main.verdict(i)).toBe(false);
    });
  }

  it('the number of a batch may use the sign bit', () => {
    const ring = new SignatureRing(new SharedArrayBuffer(RING_BYTES));
    const verifier: SignatureVerifier = { name: 'test', verify: () => true };
    const two = items(2, true);
    for (let i = 0; i < (1 << 19) + 3; i++) {
      ring.announce(two);
      let chunks = 0;
      while (ring.work(verifier)) chunks++;
      if (chunks !== 1 || !ring.verdict(1)) expect.fail(`batch ${i}: ${chunks} chunks`);
    }
  });
});

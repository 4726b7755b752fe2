import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SignatureVerifier } from '../crypto/ports.ts';
import { utf8 } from '../encoding/bytes.ts';
import { SignaturePool } from './signature-pool.ts';
import { MESSAGE_BYTES_MAX, RING_BYTES, type SignatureItem, SignatureRing } from './signature-ring.ts';
import { createNativeSigner } from './signer.ts';

const signer = createNativeSigner();
const secret = new Uint8Array(32).fill(5);
const keys = { ed25519: signer.ed25519PublicKey(secret), secp256k1: signer.secp256k1PublicKey(secret) };

/** Every third item is damaged. */
function item(i: number, bytes = 20): SignatureItem {
  const algorithm = i % 2 === 0 ? 'secp256k1' : 'ed25519';
  const message = new Uint8Array(bytes).fill(i);
  const signature = signer[algorithm](secret, message);
  return { algorithm, publicKey: keys[algorithm], message: i % 3 === 0 ? utf8(`not ${i}`) : message, signature };
}
const items = (n: number): SignatureItem[] => Array.from({ length: n }, (_, i) => item(i));
const want = (n: number): boolean[] => Array.from({ length: n }, (_, i) => i % 3 !== 0);

let pool: SignaturePool;
afterEach(() => pool.close());

describe('signature pool', () => {
  it('gives the verdicts in their order, by the worker, by both and alone', async () => {
    pool = new SignaturePool();
    const list = items(150);
    expect(await pool.verifyBatch(list)).toEqual(want(150));
    expect(await pool.verifyBatch(list)).toEqual(want(150));
    expect(await pool.verifyBatch(list, { help: true })).toEqual(want(150));
    expect(await pool.verifyBatch(list.slice(0, 3))).toEqual(want(3));
    expect(await pool.verifyBatch([])).toEqual([]);
  });

  it('answers batches that come together', async () => {
    pool = new SignaturePool({ threads: 2 });
    const sizes = [4, 40, 17, 90, 5];
    const answers = await Promise.all(sizes.map((n) => pool.verifyBatch(items(n))));
    expect(answers).toEqual(sizes.map(want));
  });

  it('lets a batch that consensus waits for go before one in no hurry', async () => {
    pool = new SignaturePool();
    await pool.verifyBatch(items(20));
    const order: string[] = [];
    const one = item(1);
    const patient = pool.verifyBatch(new Array<SignatureItem>(3000).fill(one)).then((v) => order.push(`patient ${v.every(Boolean)}`));
    const urgent = pool.verifyBatch(items(50), { help: true }).then((v) => {
      expect(v).toEqual(want(50));
      order.push('urgent');
    });
    await Promise.all([patient, urgent]);
    expect(order).toEqual(['urgent', 'patient true']);
  });

  it('refuses wrong sizes and takes messages too long for the ring', async () => {
    pool = new SignaturePool();
    const list = [...items(5), { ...item(1), publicKey: new Uint8Array(5) }, { ...item(1), signature: new Uint8Array(70) }, item(7, MESSAGE_BYTES_MAX + 1)];
    expect(await pool.verifyBatch(list)).toEqual([...want(5), false, false, true]);
  });

  it('goes on alone when a thread dies with a chunk in its hands', async () => {
    const warnings: string[] = [];
    const listen = (w: Error): void => void warnings.push(w.message);
    process.on('warning', listen);
    const program = `import { workerData } from 'node:worker_threads';
      const control = new Int32Array(workerData, 0, 8);
      Atomics.wait(control, 0, 0);
      Atomics.add(control, 2, 16);
      throw new Error('broken');`;
    pool = new SignaturePool({ threads: 2, worker: new URL(`data:text/javascript,${encodeURIComponent(program)}`) });
    for (let i = 0; i < 5; i++) expect(await pool.verifyBatch(items(200))).toEqual(want(200));
    await vi.waitFor(() => expect(warnings.join()).toContain('broken; the main thread verifies'));
    process.off('warning', listen);
  });

  it('goes on alone when it is closed', async () => {
    pool = new SignaturePool();
    const list = items(60);
    await pool.verifyBatch(list);
    const running = pool.verifyBatch(list);
    await pool.close();
    expect(await running).toEqual(want(60));
    expect(await pool.verifyBatch(list)).toEqual(want(60));
  });
});

describe('ring', () => {
  it('takes no chunk twice and counts what is done, over batches larger than itself', async () => {
    pool = new SignaturePool({ threads: 0 });
    const seen: number[] = [];
    const verifier: SignatureVerifier = {
      name: 'counting',
      verify: (_a, _k, message) => {
        seen.push(message[0] as number);
        return message[0] === 1;
      },
    };
    const ring = new SignatureRing(new SharedArrayBuffer(RING_BYTES));
    const many = Array.from({ length: 40 }, (_, i) => ({ ...item(1), message: new Uint8Array(60_000).fill(i % 2) }));
    let from = 0;
    while (from < many.length) {
      const n = ring.announce(many.slice(from));
      expect(n).toBeGreaterThan(0);
      while (ring.work(verifier)) {
        // Until no chunk is left.
      }
      await ring.finished();
      for (let i = 0; i < n; i++) expect(ring.verdict(i)).toBe((from + i) % 2 === 1);
      from += n;
    }
    expect(seen).toHaveLength(40);
    expect(ring.work(verifier)).toBe(false);
  });
});

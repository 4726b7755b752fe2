// One suite for every store, and the power cuts of flash: at each byte of each write, torn or flipped.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LightError } from '../errors.ts';
import type { Store } from '../store.ts';
import { fileStore } from './file.ts';
import { type Flash, flashStore } from './flash.ts';
import { memoryStore } from './memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'trellis-light-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** Two pages in memory; `cutAt` ends a write after so many bytes of it. */
class TestFlash implements Flash {
  readonly pageSize = 512;
  readonly pages: [Uint8Array, Uint8Array] = [new Uint8Array(512).fill(0xff), new Uint8Array(512).fill(0xff)];
  cutAt: number | undefined;
  async read(page: 0 | 1): Promise<Uint8Array> {
    return this.pages[page].slice();
  }
  async write(page: 0 | 1, bytes: Uint8Array): Promise<void> {
    this.pages[page].fill(0xff);
    const n = this.cutAt ?? bytes.length;
    this.pages[page].set(bytes.subarray(0, n));
    if (n < bytes.length) throw new Error('no power');
  }
}

const kinds: Record<string, () => Promise<{ open: () => Promise<Store> }>> = {
  memory: async () => {
    const s = memoryStore();
    return { open: async () => s };
  },
  file: async () => {
    const dir = join(folder, `${made++}`);
    return { open: async () => fileStore(dir) };
  },
  flash: async () => {
    const flash = new TestFlash();
    return { open: () => flashStore(flash) };
  },
};

describe.each(Object.keys(kinds))('%s', (kind) => {
  test('what is put is got, also after a new start; what is deleted is not', async () => {
    const { open } = await (kinds[kind] as (typeof kinds)[string])();
    const a = await open();
    expect(await a.get('state')).toBeUndefined();
    await a.put('state', Uint8Array.of(1, 2, 3));
    await a.put('alarm', new Uint8Array(0));
    await a.put('state', Uint8Array.of(4));
    const b = await open();
    expect(await b.get('state')).toEqual(Uint8Array.of(4));
    expect(await b.get('alarm')).toEqual(new Uint8Array(0));
    await b.delete('state');
    await b.delete('state');
    expect(await (await open()).get('state')).toBeUndefined();
  });

  test('what was handed in or out may change', async () => {
    const { open } = await (kinds[kind] as (typeof kinds)[string])();
    const s = await open();
    const value = Uint8Array.of(1, 2, 3);
    await s.put('state', value);
    value[0] = 9;
    const got = (await s.get('state')) as Uint8Array;
    got[1] = 9;
    expect(await s.get('state')).toEqual(Uint8Array.of(1, 2, 3));
  });
});

test('file: a flipped bit in any byte is an error', async () => {
  const dir = join(folder, 'flips');
  const s = fileStore(dir);
  await s.put(
    'state',
    Uint8Array.from({ length: 40 }, (_, i) => i),
  );
  const [name] = readdirSync(dir);
  const file = join(dir, name as string);
  const whole = readFileSync(file);
  for (let i = 0; i < whole.length; i++) {
    const bad = Buffer.from(whole);
    bad[i] = (bad[i] as number) ^ 1;
    writeFileSync(file, bad);
    await expect(s.get('state')).rejects.toThrow(LightError);
  }
});

test('flash: a power cut at every byte of every write leaves the old values or the new ones', async () => {
  const values = [Uint8Array.of(1), new Uint8Array(148).fill(2), new Uint8Array(148).fill(3), Uint8Array.of(4, 4)];
  for (let write = 0; write < values.length; write++) {
    for (let cut = 0; cut <= 512; cut += 3) {
      const flash = new TestFlash();
      const s = await flashStore(flash);
      for (const v of values.slice(0, write)) await s.put('state', v);
      flash.cutAt = cut;
      await s.put('state', values[write] as Uint8Array).catch((e: unknown) => expect(e).toBeInstanceOf(LightError));
      flash.cutAt = undefined;
      const again = await flashStore(flash);
      const got = await again.get('state');
      expect([values[write - 1], values[write]]).toContainEqual(got);
      await again.put('state', Uint8Array.of(7));
      expect(await (await flashStore(flash)).get('state')).toEqual(Uint8Array.of(7));
    }
  }
});

test('flash: a flipped bit in the newer page gives the older one; in both, an error', async () => {
  const flash = new TestFlash();
  const s = await flashStore(flash);
  await s.put('state', Uint8Array.of(1));
  await s.put('state', Uint8Array.of(2));
  // The first write went to page 1, the second to page 0.
  for (let i = 0; i < 32; i++) {
    const kept = flash.pages[0].slice();
    flash.pages[0][i] = (flash.pages[0][i] as number) ^ 4;
    expect(await (await flashStore(flash)).get('state')).toEqual(Uint8Array.of(1));
    flash.pages[0].set(kept);
  }
  for (const p of flash.pages) p[20] = (p[20] as number) ^ 4;
  await expect(flashStore(flash)).rejects.toThrow(LightError);
});

test('flash: what does not fit is refused, and the values from before stay', async () => {
  const s = await flashStore(new TestFlash());
  await s.put('state', Uint8Array.of(1));
  await expect(s.put('trusted', new Uint8Array(600))).rejects.toThrow(LightError);
  expect(await s.get('state')).toEqual(Uint8Array.of(1));
});

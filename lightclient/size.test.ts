// What a page loads: gzip -9 of everything exported, in one file of esbuild. The aim is 12,000 bytes, and 6,000 for the verifier alone; the gate
// holds what is reached.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const HARD_CAP = 30_000;

async function bundle(file: string): Promise<{ readonly bytes: number; readonly inputs: readonly string[] }> {
  const entry = new URL(file, import.meta.url).pathname;
  const r = await build({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', write: false, metafile: true, logLevel: 'silent' });
  const [out] = r.outputFiles;
  const inputs = Object.entries(Object.values(r.metafile.outputs)[0]?.inputs ?? {})
    .filter(([, v]) => v.bytesInOutput > 0)
    .map(([k]) => k);
  return { bytes: gzipSync(out?.contents ?? '', { level: 9 }).length, inputs };
}

test('everything exported, and the verifier alone', async () => {
  const all = await bundle('index.ts');
  const verifier = await bundle('verifier/index.ts');
  console.log(`trellis/lightclient: ${all.bytes} bytes; the verifier alone: ${verifier.bytes} bytes`);
  expect(all.bytes).toBeLessThan(HARD_CAP);
  expect(all.bytes).toBeLessThan(20_800);
  expect(verifier.bytes).toBeLessThan(6_000);
});

test('the core is made of nothing but its own folder, types, crypto and encodings', async () => {
  const { inputs } = await bundle('index.ts');
  const foreign = inputs.filter((i) => !/(^|\/)(lightclient|chain\/(types|crypto|encoding))\//.test(i) || /noble/.test(i));
  expect(foreign).toEqual([]);
});

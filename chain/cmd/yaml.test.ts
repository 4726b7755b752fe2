import { expect, test } from 'vitest';
import { toYaml } from './yaml.ts';

test('as simd prints keys', () => {
  const key = { name: 'bob', type: 'local', address: 'cosmos17k', pubkey: '{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"Al8="}' };
  expect(toYaml([key])).toBe(`- address: cosmos17k\n  name: bob\n  pubkey: '{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"Al8="}'\n  type: local\n`);
});

test('texts that read as other things are quoted', () => {
  expect(toYaml({ a: '1', b: 'true', c: '', d: null, e: 5, f: false, g: '0.5', h: "it's: x", i: '2026-01-02T03:04:05Z', j: 'a\nb' })).toBe(
    `a: "1"\nb: "true"\nc: ""\nd: null\ne: 5\nf: false\ng: "0.5"\nh: 'it''s: x'\ni: "2026-01-02T03:04:05Z"\nj: "a\\nb"\n`,
  );
});

test('hexadecimal texts are quoted only where they read as a number', () => {
  const quoted = ['1234567890123456789012345678901234567E12', '0B01010101010101010101010101010101010101', '0x1F', '0o17'];
  const plain = ['0B056EE69ED583CC92D7619D2B95CB2493EBF217', '12E1000000000000000000000000000000000000', '012345678901234567890123456789012345678A'];
  for (const v of quoted) expect(toYaml({ v })).toBe(`v: "${v}"\n`);
  for (const v of plain) expect(toYaml({ v })).toBe(`v: ${v}\n`);
});

test('nesting', () => {
  expect(toYaml({ list: [{ b: [1, 2], a: { x: 1 } }, []], none: [], empty: {} })).toBe(
    'empty: {}\nlist:\n- a:\n    x: 1\n  b:\n  - 1\n  - 2\n- []\nnone: []\n',
  );
});

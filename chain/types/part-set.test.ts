import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_BLOCK_PARTS_COUNT } from './limits.ts';
import { type Part, PartSet } from './part-set.ts';

const data = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 16) * 31) & 255);
const full = PartSet.fromData(data);
const part = (i: number): Part => full.getPart(i) as Part;

test('parts in any order give the data back', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
      const set = PartSet.fromHeader(full.header);
      for (const i of order) {
        expect(set.isComplete()).toBe(false);
        expect(set.addPart(part(i))).toBe(true);
        expect(set.addPart(part(i))).toBe(false);
      }
      expect(set.isComplete()).toBe(true);
      expect(set.byteSize).toBe(data.length);
      expect(set.assemble()).toEqual(data);
    }),
    { numRuns: 8 },
  );
});

test('F-6: a part that does not belong changes nothing', () => {
  const set = PartSet.fromHeader(full.header);
  const bad: Part[] = [
    { ...part(0), index: 1 },
    { ...part(0), index: 1, proof: { ...part(0).proof, index: 1n } },
    { ...part(0), proof: { ...part(0).proof, total: 5n } },
    { ...part(0), bytes: part(1).bytes },
    { ...part(0), bytes: new Uint8Array(65_537) },
    { ...part(0), bytes: part(0).bytes.subarray(1) },
    { ...part(3), index: 4, proof: { ...part(3).proof, index: 4n } },
    { ...part(3), index: 2 ** 32 - 1, proof: { ...part(3).proof, index: 2n ** 32n - 1n } },
    { ...part(0), proof: { ...part(0).proof, aunts: part(0).proof.aunts.slice(1) } },
    { ...part(0), proof: { ...part(0).proof, aunts: new Array<Uint8Array>(101).fill(new Uint8Array(32)) } },
    { ...part(0), proof: { ...part(0).proof, leafHash: new Uint8Array(31) } },
    { ...part(0), proof: { ...part(0).proof, index: -1n } },
  ];
  for (const p of bad) expect(() => set.addPart(p)).toThrow(expect.objectContaining({ name: 'TypesError' }));
  expect(set.count).toBe(0);
  expect(set.bitArray().isEmpty()).toBe(true);
  for (let i = 0; i < 4; i++) set.addPart(part(i));
  expect(set.assemble()).toEqual(data);
});

test('F-8: a header that asks for more parts than a block has makes no set', () => {
  expect(() => PartSet.fromHeader({ total: MAX_BLOCK_PARTS_COUNT + 1, hash: full.hash })).toThrow(/too big/);
  expect(PartSet.fromHeader({ total: MAX_BLOCK_PARTS_COUNT, hash: full.hash }).total).toBe(1601);
});

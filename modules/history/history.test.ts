// The log against the whole tree, and the last hashes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockInfo, Context } from '../../chain/core/context.ts';
import { testContext } from '../../chain/core/testing/memory-stores.ts';
import { merkleProofs } from '../../chain/crypto/merkle.ts';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { concatBytes, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import { ErrNotRecent } from './errors.ts';
import { appendLeaf, HistoryKeeper, rootOfPeaks } from './keeper.ts';

const be64 = (n: bigint): Uint8Array => {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigUint64(0, n);
  return b;
};
const hashAt = (h: bigint): Uint8Array => sha256(utf8(`header ${h}`));

function run(first: bigint, blocks: number) {
  const keeper = new HistoryKeeper();
  const { stores } = testContext();
  const at = (height: bigint): Context => new Context({ block: blockInfo('c', { height, hash: hashAt(height) }), mode: 'finalize', stores });
  for (let i = 0n; i < BigInt(blocks); i++) keeper.append(at(first + i));
  return { keeper, ctx: at(first + BigInt(blocks) - 1n) };
}

test('head, peaks and base are those of the whole tree at every size', () => {
  const leaves: Uint8Array[] = [];
  const keeper = new HistoryKeeper();
  const { stores } = testContext();
  for (let h = 5n; h < 205n; h++) {
    const ctx = new Context({ block: blockInfo('c', { height: h, hash: hashAt(h) }), mode: 'finalize', stores });
    keeper.append(ctx);
    leaves.push(concatBytes(be64(h), hashAt(h)));
    const { size, root } = keeper.head(ctx) as { size: bigint; root: Uint8Array };
    expect([size, toHex(root)]).toEqual([BigInt(leaves.length), toHex(merkleProofs(leaves).root)]);
    expect(toHex(rootOfPeaks(keeper.peaks(ctx)))).toBe(toHex(root));
    expect(keeper.peaks(ctx)).toHaveLength([...leaves.length.toString(2)].filter((d) => d === '1').length);
  }
  expect(keeper.base(new Context({ block: blockInfo('c'), mode: 'query', stores }))).toBe(5n);
});

test('the last 1,024 hashes are read, others are refused', () => {
  const { keeper, ctx } = run(1n, 1500);
  for (const h of [1500n, 1499n, 477n]) expect(keeper.hashOf(ctx, h)).toEqual(hashAt(h));
  for (const h of [476n, 1n, 0n, -1n, 1501n, 2524n]) {
    expect(() => keeper.hashOf(ctx, h)).toThrow('no hash of that height');
    try {
      keeper.hashOf(ctx, h);
    } catch (e) {
      expect(ErrNotRecent.is(e)).toBe(true);
    }
  }
});

test('nothing is there before the first block', () => {
  const [keeper, ctx] = [new HistoryKeeper(), testContext()];
  expect([keeper.head(ctx), keeper.base(ctx), keeper.peaks(ctx)]).toEqual([undefined, undefined, []]);
  expect(() => keeper.hashOf(ctx, 0n)).toThrow();
});

test('appending never loses a leaf, for any number of them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 0, maxLength: 40 }), { minLength: 1, maxLength: 70 }), (items) => {
      let peaks: readonly Uint8Array[] = [];
      for (const [i, item] of items.entries()) peaks = appendLeaf(peaks, BigInt(i), sha256(concatBytes(Uint8Array.of(0), item)));
      expect(toHex(rootOfPeaks(peaks))).toBe(toHex(merkleProofs(items).root));
    }),
  );
});

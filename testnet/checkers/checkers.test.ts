import { describe, expect, test } from 'vitest';
import { AgreementChecker } from './agreement.ts';
import { AppHashChecker } from './app-hash.ts';
import type { Checker, CommittedBlock } from './checker.ts';
import { DoubleSignChecker } from './double-sign.ts';
import { EvidenceChecker } from './evidence.ts';
import { InvariantsChecker } from './invariants.ts';
import { LivenessChecker } from './liveness.ts';
import { SupplyChecker } from './supply.ts';
import { ValidatorSetChecker } from './validator-set.ts';

const block = (node: string, height: bigint, more: Partial<CommittedBlock> = {}): CommittedBlock => ({
  node,
  height,
  blockId: `b${height}`,
  appHash: `a${height}`,
  validatorsHash: 'v',
  nextValidatorsHash: 'v',
  time: height * 1000n,
  accused: [],
  supply: 10n,
  ...more,
});

/** Three heights on two nodes. */
function feed(c: Checker, change: (b: CommittedBlock) => Partial<CommittedBlock> = () => ({})): readonly string[] {
  for (const h of [1n, 2n, 3n]) {
    for (const node of ['x', 'y']) {
      const b = block(node, h);
      c.block?.({ ...b, ...change(b) });
    }
  }
  return c.violations;
}
const at = (node: string, height: bigint, part: Partial<CommittedBlock>) => (b: CommittedBlock) => (b.node === node && b.height === height ? part : {});

describe('each checker is content with a good chain and finds its own fault', () => {
  const all: readonly [string, () => Checker, ReturnType<typeof at>, RegExp][] = [
    ['two blocks at one height', () => new AgreementChecker(), at('y', 2n, { blockId: 'other' }), /height 2: x committed b2, y committed other/],
    ['a height left out', () => new AgreementChecker(), at('y', 3n, { height: 4n }), /y committed height 4 after height 2/],
    ['time that stands still', () => new AgreementChecker(), at('x', 2n, { time: 1000n }), /time of block 2/],
    ['another state', () => new AppHashChecker(), at('y', 3n, { appHash: 'other' }), /x has app hash a3, y has other/],
    ['a set that was not announced', () => new ValidatorSetChecker(), at('x', 2n, { validatorsHash: 'w' }), /validators of height 2 are w, not v/],
    ['coins from nowhere', () => new SupplyChecker(10n), at('y', 1n, { supply: 11n }), /supply after height 1 is 11, not 10/],
    ['books that do not agree', () => new InvariantsChecker(), at('y', 2n, { broken: ['pools: nothing is there'] }), /y: after height 2: pools: nothing/],
    ['an honest validator accused', () => new EvidenceChecker(new Set(['H'])), at('x', 2n, { accused: ['H'] }), /accuses the honest validator H/],
  ];
  test.each(all)('%s', (_, make, change, want) => {
    expect(feed(make())).toEqual([]);
    const found = feed(make(), change);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(want);
  });
});

test('a committed block may not be lost by a restart', () => {
  const c = new AgreementChecker();
  feed(c);
  c.restarted('x', 3n);
  expect(c.violations).toEqual([]);
  c.restarted('y', 2n);
  expect(c.violations).toEqual(['y had committed height 3, and has only 2 after its restart']);
});

test('the same place signed twice for two values', () => {
  const c = new DoubleSignChecker();
  const s = { signer: 'A', height: 1n, round: 0, type: 1, value: 'x' };
  for (const other of [s, { ...s, type: 2, value: 'y' }, { ...s, round: 1, value: 'y' }, { ...s, signer: 'B', value: 'y' }]) c.signed(other);
  expect(c.violations).toEqual([]);
  c.signed({ ...s, value: '' });
  expect(c.violations).toHaveLength(1);
});

test('evidence that no block takes', () => {
  const take = (blocks: bigint, accused: readonly string[]): readonly string[] => {
    const c = new EvidenceChecker(new Set());
    c.evidence('x', 'E', 1n);
    for (let h = 1n; h <= blocks; h++) c.block(block('x', h, { accused: h === 5n ? accused : [] }));
    c.end();
    return c.violations;
  };
  expect(take(11n, [])).toEqual([]);
  expect(take(20n, ['E'])).toEqual([]);
  expect(take(20n, [])).toHaveLength(1);
});

test('a node that does not reach its height', () => {
  const c = new LivenessChecker(5n, ['x', 'y']);
  c.end(
    new Map([
      ['x', 5n],
      ['y', 4n],
    ]),
  );
  expect(c.violations).toEqual(['y is at height 4 after all faults have ended, not at 5']);
});

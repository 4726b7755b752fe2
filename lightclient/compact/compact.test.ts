// Compact ⇄ whole: the same header hash and the same verdict, for random commits; and bytes that are no compact block.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { installNative } from '../../chain/native/install.ts';
import type { CommitSig } from '../../chain/types/commit.ts';
import { headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { newValidator } from '../../chain/types/validator.ts';
import { ValidatorList } from '../../chain/types/validator-list.ts';
import { LightError } from '../errors.ts';
import { makeBlock, SECOND, START } from '../testing/chain.ts';
import { conclude } from '../verifier/conclude.ts';
import { DEFAULT_VERIFY_OPTIONS, plan, type Trusted } from '../verifier/plan.ts';
import { assertExact, readCompact, readHeader, readSet } from './read.ts';
import { writeCompact, writeHeader, writeSet } from './write.ts';

installNative(() => {});
const ID = 'compact-1';
const NOW = START + 1000n * SECOND;

/** Without real signatures: which ones are good is said by their first byte, as the verdict only needs bits. */
const setOf = (powers: readonly bigint[], offset: number): ValidatorList => {
  const list = powers.map((power, i) => newValidator({ case: 'ed25519', value: new Uint8Array(32).fill(i + offset + 1) }, power));
  return new ValidatorList(list, list[0]);
};
const base = makeBlock(10n, undefined, { chainId: ID, powers: { 1: 10n }, nextPowers: { 1: 10n } });
const trustedHeader = makeBlock(5n, undefined, { chainId: ID, powers: { 1: 10n }, nextPowers: { 1: 10n } }).signedHeader.header;

interface Case {
  readonly trusted: Trusted;
  readonly block: LightBlock;
}
const power = fc.bigInt(1n, 1_000_000n);
const entry = fc.record({ flag: fc.constantFrom(1, 2, 2, 2, 3), offset: fc.bigInt(-(10n ** 12n), 10n ** 12n), good: fc.integer({ min: 0, max: 9 }) });
const cases = fc
  .record({
    powers: fc.array(power, { minLength: 1, maxLength: 24 }),
    trustedPowers: fc.array(power, { minLength: 1, maxLength: 24 }),
    shift: fc.integer({ min: 0, max: 30 }),
    adjacent: fc.boolean(),
    entries: fc.array(entry, { minLength: 24, maxLength: 24 }),
    emptyHashes: fc.boolean(),
  })
  .map(({ powers, trustedPowers, shift, adjacent, entries, emptyHashes }): Case => {
    const set = setOf(powers, 0);
    const old = setOf(trustedPowers, shift);
    const none = new Uint8Array(0);
    const header = {
      ...base.signedHeader.header,
      validatorsHash: set.hash(),
      nextValidatorsHash: shift % 2 === 0 ? set.hash() : old.hash(),
      ...(emptyHashes ? { dataHash: none, lastResultsHash: none, evidenceHash: none } : {}),
    };
    const signatures = set.validators.map((v, i): CommitSig => {
      const { flag, offset, good } = entries[i] as { flag: number; offset: bigint; good: number };
      if (flag === 1) return { blockIdFlag: 1, validatorAddress: none, timestamp: -62_135_596_800n * SECOND, signature: none };
      return { blockIdFlag: flag, validatorAddress: v.address, timestamp: header.time + offset, signature: new Uint8Array(64).fill(good) };
    });
    const commit = { ...base.signedHeader.commit, blockId: { ...base.signedHeader.commit.blockId, hash: headerHash(header) }, signatures };
    const trustedSet = adjacent ? set : old;
    return {
      trusted: {
        header: { ...trustedHeader, height: adjacent ? 9n : 5n, validatorsHash: trustedSet.hash(), nextValidatorsHash: trustedSet.hash() },
        validators: trustedSet,
      },
      block: { signedHeader: { header, commit }, validatorSet: set },
    };
  });

const judge = (t: Trusted, b: LightBlock) => {
  const p = plan(t, b, DEFAULT_VERIFY_OPTIONS, NOW);
  const messages = p.checks.map((c) => [c.index, c.message, c.signature]);
  return {
    p,
    messages,
    verdict: conclude(
      p,
      p.checks.map((c) => c.signature[0] !== 0),
    ),
  };
};

test('compact and whole are judged alike: 10,000 random commits', () => {
  const verdicts = new Map<string, number>();
  fc.assert(
    fc.property(cases, fc.boolean(), ({ trusted, block }, withSet) => {
      const adjacent = trusted.header.height === 9n;
      const bytes = writeCompact(block, ID, adjacent ? undefined : trusted.validators, withSet);
      const back = readCompact(bytes, ID, withSet ? [] : [trusted.validators as ValidatorList, block.validatorSet]);
      expect(headerHash(back.signedHeader.header)).toEqual(headerHash(block.signedHeader.header));
      const [whole, compact] = [judge(trusted, block), judge(trusted, back)];
      expect(compact.verdict).toEqual(whole.verdict);
      expect(compact.messages).toEqual(whole.messages);
      if (whole.verdict.type === 'ok') assertExact(compact.p, back);
      verdicts.set(whole.verdict.type, (verdicts.get(whole.verdict.type) ?? 0) + 1);
    }),
    { numRuns: 10_000 },
  );
  expect([...verdicts.keys()].sort()).toEqual(['invalid', 'not-enough-trust', 'ok']);
});

test('a signature more, less or other than the step looks at is refused', () => {
  const powers = { 1: 10n, 2: 10n, 3: 10n, 4: 10n };
  const [t, b] = [5n, 10n].map((h) => makeBlock(h, undefined, { chainId: ID, powers, nextPowers: powers })) as [LightBlock, LightBlock];
  const trusted: Trusted = { header: t.signedHeader.header, validators: t.validatorSet };
  const exact = (from: LightBlock, set: ValidatorList | undefined): void => {
    const back = readCompact(writeCompact(from, ID, set, false), ID, [b.validatorSet]);
    assertExact(plan(trusted, back, DEFAULT_VERIFY_OPTIONS, NOW), back);
  };
  exact(b, t.validatorSet);
  const { commit } = b.signedHeader;
  const nil = {
    ...b,
    signedHeader: { ...b.signedHeader, commit: { ...commit, signatures: commit.signatures.map((s, i) => (i === 0 ? { ...s, blockIdFlag: 3 } : s)) } },
  };
  exact(nil, t.validatorSet);
  const back = readCompact(writeCompact(b, ID, t.validatorSet, false), ID, [b.validatorSet]);
  const p = plan(trusted, back, DEFAULT_VERIFY_OPTIONS, NOW);
  for (const sent of [new Set([0, 1]), new Set([0, 1, 2, 3]), new Set([0, 1, 3])]) expect(() => assertExact(p, { ...back, sent })).toThrow(LightError);
});

test('sets and headers come back', () => {
  const set = setOf([3n, 2n, 1n << 40n], 0);
  expect(readSet(writeSet(set)).hash()).toEqual(set.hash());
  const { header } = base.signedHeader;
  expect(readHeader(Uint8Array.from(writeHeader(header, ID)), ID)).toEqual(header);
  expect(readHeader(Uint8Array.from(writeHeader(header, 'other')), 'other')).toEqual(header);
});

test('bytes that are no compact block are refused with an error of the client, or never taken for the block', () => {
  const whole = writeCompact(base, ID, undefined, true);
  const hash = headerHash(base.signedHeader.header);
  for (let i = 0; i < 3000; i++) {
    const b = i % 3 === 0 ? new Uint8Array(randomBytes(i % 300)) : whole.slice();
    if (i % 3 === 1) b[i % b.length] = (b[i % b.length] as number) ^ (1 << (i % 8));
    const cut = i % 3 === 2 ? b.subarray(0, i % b.length) : b;
    try {
      const { signedHeader, validatorSet, sent } = readCompact(cut, ID, []);
      const same = headerHash(signedHeader.header).join() === hash.join() && validatorSet.hash().join() === base.validatorSet.hash().join();
      if (same) expect(sent.size).toBeLessThanOrEqual(1);
    } catch (e) {
      if (!(e instanceof LightError)) expect((e as Error).name).toBe('TypesError');
    }
  }
});

// Misbehaviour in the shapes of ibc-go's own table (07-tendermint/misbehaviour_handle_test.go): forks, times that go back, and what is none.
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { installNative } from '../../chain/native/install.ts';
import { DEFAULT_TRUST_LEVEL } from '../../chain/types/commit-verify.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { type BlockPlan, makeBlock, makeHistory, SECOND, START } from '../testing/chain.ts';
import { conclude } from './conclude.ts';
import { contradict, type Ground, planConvincing, planOwnCommit } from './misbehaviour.ts';
import { DEFAULT_VERIFY_OPTIONS, plan, type VerificationPlan } from './plan.ts';

installNative(() => {});
const CHAIN = 'light-2';
const POWERS = { 1: 40n, 2: 30n, 3: 20n, 4: 10n };
const { blocks } = makeHistory(CHAIN, 10, () => POWERS);
const at = (height: number): LightBlock => blocks[height - 1] as LightBlock;
const OPTIONS = { trustingPeriod: 3600n * SECOND, trustLevel: DEFAULT_TRUST_LEVEL };
const NOW = START + 60n * SECOND;
const groundOf = (b: LightBlock): Ground => ({ header: b.signedHeader.header, validators: b.validatorSet });
const verdictOf = (p: VerificationPlan) => conclude(p, verifyEach(p.checks));
const forged = (height: number, more: Partial<BlockPlan> = {}): LightBlock =>
  makeBlock(BigInt(height), at(height - 1), { chainId: CHAIN, powers: POWERS, nextPowers: POWERS, header: { appHash: sha256(new Uint8Array(1)) }, ...more });
const convincing = (b: LightBlock, from = at(3), chainId = CHAIN, now = NOW) =>
  verdictOf(planConvincing(chainId, groundOf(from), b.signedHeader, OPTIONS, now));
const ok = { type: 'ok' };

describe('contradiction', () => {
  const later = forged(9, { header: { time: START + 9n * SECOND } });
  const back = forged(9, { header: { time: START + 8n * SECOND } });
  const before = forged(9, { header: { time: START + 5n * SECOND } });
  test.each([
    ['two blocks at one height', forged(8), at(8), true],
    ['one block twice', at(8), at(8), false],
    ['higher and later', later, at(8), false],
    ['higher at the same time', back, at(8), true],
    ['higher and earlier', before, at(8), true],
    ['lower first', at(8), back, false],
  ])('%s', (_, a, b, expected) => expect(contradict(a.signedHeader, b.signedHeader)).toBe(expected));
});

describe('a header that would have convinced', () => {
  test('both of a fork, from one trusted state or from two', () => {
    for (const b of [at(8), forged(8)]) {
      expect(verdictOf(planOwnCommit(b))).toEqual(ok);
      for (const from of [at(3), at(5)]) expect(convincing(b, from)).toEqual(ok);
    }
  });

  test('the block next to the trusted one, and one that is ahead of the clock, as neither height nor clock is compared', () => {
    expect(convincing(at(4))).toEqual(ok);
    expect(convincing(forged(8, { header: { time: NOW + 3600n * SECOND } }))).toEqual(ok);
  });

  test('one third of the trusted power is needed, of whatever set signs now', () => {
    const fewer = (powers: Record<number, bigint>): LightBlock => forged(8, { powers, nextPowers: powers });
    expect(convincing(fewer({ 1: 40n, 9: 1n }))).toEqual(ok);
    expect(convincing(fewer({ 3: 20n, 9: 100n }))).toMatchObject({ type: 'not-enough-trust' });
    // Exactly one third is not more than it.
    const three = { 1: 10n, 2: 10n, 3: 10n };
    const from = makeBlock(3n, at(2), { chainId: CHAIN, powers: three, nextPowers: three });
    expect(convincing(fewer({ 1: 10n, 9: 100n }), from)).toMatchObject({ type: 'not-enough-trust' });
  });

  test('trust that ends now has ended', () => {
    const end = at(3).signedHeader.header.time + OPTIONS.trustingPeriod;
    expect(convincing(at(8), at(3), CHAIN, end - 1n)).toEqual(ok);
    expect(convincing(at(8), at(3), CHAIN, end)).toMatchObject({ code: 'expired' });
  });

  test("signatures are for the client's chain, of the header's revision", () => {
    expect(convincing(at(8), at(3), 'light-3')).toMatchObject({ code: 'invalid-commit' });
    const next = { chainId: 'light-3', powers: POWERS, nextPowers: POWERS, header: { chainId: 'light-3' } };
    expect(convincing(makeBlock(8n, at(7), next), at(3), 'light-3')).toEqual(ok);
  });

  test('a bad signature, and validators that the trusted state does not name', () => {
    const { signedHeader: s, validatorSet } = at(8);
    const bad = s.commit.signatures.map((x, i) => (i === 0 ? { ...x, signature: new Uint8Array(64) } : x));
    const block = { signedHeader: { ...s, commit: { ...s.commit, signatures: bad } }, validatorSet };
    expect(convincing(block)).toMatchObject({ code: 'invalid-commit' });
    expect(verdictOf(planOwnCommit(block))).toMatchObject({ code: 'invalid-commit' });
    const stranger = makeBlock(3n, at(2), { chainId: CHAIN, powers: { 8: 1n }, nextPowers: POWERS });
    expect(() => planConvincing(CHAIN, groundOf(stranger), s, OPTIONS, NOW)).toThrow('not the validators after the trusted height 3');
  });

  test('two thirds of its own validators, who must be those of the header', () => {
    expect(verdictOf(planOwnCommit(forged(8, { absent: [1] })))).toMatchObject({ code: 'invalid-commit' });
    const others = makeBlock(8n, at(7), { chainId: CHAIN, powers: { 8: 1n, 7: 1n, 6: 1n, 5: 1n }, nextPowers: POWERS });
    expect(verdictOf(planOwnCommit({ ...at(8), validatorSet: others.validatorSet }))).toMatchObject({ code: 'invalid-header' });
  });
});

test('an update from a state of IBC, which keeps only the next validators', () => {
  const { chainId, height, time, nextValidatorsHash } = at(3).signedHeader.header;
  for (const h of [4, 8]) {
    const p = plan({ header: { chainId, height, time, nextValidatorsHash }, validators: at(4).validatorSet }, at(h), DEFAULT_VERIFY_OPTIONS, NOW);
    expect(verdictOf(p)).toEqual(ok);
  }
});

// The bitmap, the window, jail and the way out of it; evidence that tombstones. Driven over staking's own keeper in memory.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { consensusAddress, STATUS, type Validator } from '../../chain/core/staking.ts';
import { anyOfAccountKey } from '../../chain/tx/public-key.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../chain/types/consensus-params.ts';
import { MsgUnjail, MsgUpdateParams } from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import { EvidenceKeeper } from '../evidence/keeper.ts';
import { AUTHORITY, type TestStaking, testStaking } from '../staking/testing/keepers.ts';
import { newValidator } from '../staking/validator.ts';
import { blockValidatorUpdates } from '../staking/validator-updates.ts';
import { emptyChunk, setBit, testBit } from './bitmap.ts';
import { SlashingKeeper } from './keeper.ts';
import { handleLastCommit } from './liveness.ts';
import { registerMessages } from './msg-server.ts';
import { DEFAULT_PARAMS } from './params.ts';

const SECOND = 1_000_000_000n;
const account = (n: number): Uint8Array => new Uint8Array(20).fill(n + 1);
const WINDOW = 10n;

interface World extends TestStaking {
  readonly slashing: SlashingKeeper;
  readonly evidence: EvidenceKeeper;
  v(): Validator;
  /** Begin and end of a block whose last commit the validator signed or not. */
  block(height: bigint, signed: boolean): Context;
  unjail(ctx: Context, operator?: string): void;
  updateParams(part: object, authority?: string): void;
}

function world(): World {
  const s = testStaking();
  const slashing = new SlashingKeeper(s.keeper, AUTHORITY);
  const evidence = new EvidenceKeeper({ addresses: s.addresses, staking: s.keeper, slashing });
  s.keeper.setHooks([slashing.hooks()]);
  const handlers = new Map<unknown, (ctx: Context, msg: unknown) => unknown>();
  registerMessages({ msg: (request, _, handler) => handlers.set(request, handler as never), query: () => undefined } as ServiceRegistrar, slashing);
  const ctx = s.at(0n, 0n);
  slashing.params.set(ctx, { ...DEFAULT_PARAMS, signedBlocksWindow: WINDOW });
  s.purse.give(account(0), 10n ** 12n);
  const key = anyOfAccountKey({ type: 'ed25519', bytes: new Uint8Array(32).fill(1) });
  const made = newValidator(s.addresses.validators.toString(account(0)), key, { moniker: 'v', identity: '', website: '', securityContact: '', details: '' });
  s.keeper.setValidator(ctx, made);
  s.keeper.setValidatorByConsAddr(ctx, made);
  s.keeper.hooks.afterValidatorCreated(ctx, account(0));
  s.keeper.delegate(ctx, account(0), 100_000_000n, made, { source: STATUS.unbonded, subtractAccount: true });
  blockValidatorUpdates(s.keeper, ctx);
  const v = (): Validator => s.keeper.existingValidator(ctx, account(0));
  return {
    ...s,
    slashing,
    evidence,
    v,
    block: (height, signed) => {
      const plain = s.at(height, height * 10n * SECOND);
      const votes = [{ validator: { address: consensusAddress(v()), power: 100n }, blockIdFlag: signed ? 2 : 1 }];
      const at = plain.with({ block: { ...plain.block, lastCommit: { round: 0, votes } }, consensusParams: DEFAULT_CONSENSUS_PARAMS });
      handleLastCommit(slashing, at);
      blockValidatorUpdates(s.keeper, at);
      return at;
    },
    unjail: (at, operator = v().operatorAddress) => void handlers.get(MsgUnjail)?.(at, { validatorAddr: operator }),
    updateParams: (part, authority = AUTHORITY) => void handlers.get(MsgUpdateParams)?.(ctx, { authority, params: { ...slashing.getParams(ctx), ...part } }),
  };
}

function codeOf(run: () => void): readonly [string, number] {
  try {
    run();
  } catch (e) {
    if (e instanceof SdkError) return [e.codespace, e.code];
    throw e;
  }
  throw new Error('nothing was thrown');
}

test('bits are where bitset puts them, and only those that were set', () => {
  // The length in bits, then bit 0 as the lowest of the first word.
  expect([...setBit(emptyChunk(), 0, true).subarray(0, 16)]).toEqual([0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(emptyChunk().length).toBe(136);
  fc.assert(
    fc.property(fc.array(fc.nat(1023)), fc.array(fc.nat(1023)), (on, off) => {
      let chunk = emptyChunk();
      for (const i of on) chunk = setBit(chunk, i, true);
      for (const i of off) chunk = setBit(chunk, i, false);
      for (let i = 0; i < 1024; i++) expect(testBit(chunk, i)).toBe(on.includes(i) && !off.includes(i));
    }),
    { numRuns: 20 },
  );
});

test('who misses more than half of the window is slashed by a hundredth and jailed, once the window has passed', () => {
  const w = world();
  let height = 1n;
  for (; height <= WINDOW; height++) w.block(height, false);
  expect([w.v().jailed, w.v().tokens]).toEqual([false, 100_000_000n]);
  w.block(height++, false);
  expect([w.v().jailed, w.v().tokens, w.v().status]).toEqual([true, 99_000_000n, STATUS.unbonding]);
  const info = w.slashing.signingInfo(w.at(0n, 0n), consensusAddress(w.v()));
  expect(info).toMatchObject({ missedBlocksCounter: 0n, indexOffset: 0n, jailedUntil: 110n * SECOND + 600n * SECOND });
  expect(w.slashing.missedIndexes(w.at(0n, 0n), consensusAddress(w.v()))).toEqual([]);
  // Out again only when the time has passed.
  expect(codeOf(() => w.unjail(w.at(height, 709n * SECOND)))).toEqual(['slashing', 4]);
  w.unjail(w.at(height, 710n * SECOND));
  expect(w.v().jailed).toBe(false);
});

test('the counter is the number of missed blocks among the last of the window', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 25 }), (signed) => {
      const w = world();
      w.slashing.params.set(w.at(0n, 0n), { ...DEFAULT_PARAMS, signedBlocksWindow: WINDOW, minSignedPerWindow: '0' });
      for (const [i, s] of signed.entries()) w.block(BigInt(i + 1), s);
      const info = w.slashing.signingInfo(w.at(0n, 0n), consensusAddress(w.v()));
      expect(info?.missedBlocksCounter).toBe(BigInt(signed.slice(-Number(WINDOW)).filter((s) => !s).length));
    }),
    { numRuns: 25 },
  );
});

test('two blocks of one height: a twentieth burnt, jailed for ever, and only once', () => {
  const w = world();
  const consensus = consensusAddress(w.v());
  const at = w.block(5n, true);
  const m = { type: 1, validator: { address: consensus, power: 100n }, height: 4n, time: 40n * SECOND, totalVotingPower: 100n };
  const reported = at.with({ block: { ...at.block, misbehavior: [m] } });
  w.evidence.handleMisbehavior(reported);
  expect([w.v().jailed, w.v().tokens, w.slashing.isTombstoned(at, consensus)]).toEqual([true, 95_000_000n, true]);
  w.evidence.handleMisbehavior(reported);
  expect(w.v().tokens).toBe(95_000_000n);
  expect([...w.evidence.evidence.walk(at)].length).toBe(1);
  expect(codeOf(() => w.unjail(w.at(9n, 10n ** 18n)))).toEqual(['slashing', 4]);
});

test('evidence that is too old, of another kind or of nobody has no effect', () => {
  const w = world();
  const at = w.block(5n, true);
  const good = { type: 1, validator: { address: consensusAddress(w.v()), power: 100n }, height: 4n, time: 40n * SECOND, totalVotingPower: 100n };
  const old = at.with({ block: { ...at.block, height: 10n ** 9n, time: 10n ** 18n * 9n, misbehavior: [good] } });
  w.evidence.handleMisbehavior(old);
  for (const m of [
    { ...good, type: 0 },
    { ...good, validator: { address: account(8), power: 1n } },
  ]) {
    w.evidence.handleMisbehavior(at.with({ block: { ...at.block, misbehavior: [m] } }));
  }
  expect(w.v().tokens).toBe(100_000_000n);
});

test('refusals of slashing', () => {
  const w = world();
  const ctx = w.at(3n, 30n * SECOND);
  expect(codeOf(() => w.unjail(ctx, 'x'))).toEqual(['sdk', 7]);
  expect(codeOf(() => w.unjail(ctx, w.addresses.validators.toString(account(7))))).toEqual(['staking', 3]);
  expect(codeOf(() => w.unjail(ctx))).toEqual(['slashing', 5]);
  w.keeper.setValidator(ctx, { ...w.v(), minSelfDelegation: 10n ** 12n });
  expect(codeOf(() => w.unjail(ctx))).toEqual(['slashing', 7]);
  w.keeper.removeDelegation(ctx, account(0), account(0));
  expect(codeOf(() => w.unjail(ctx))).toEqual(['staking', 19]);
  expect(codeOf(() => w.updateParams({}, 'x'))).toEqual(['gov', 13]);
  for (const part of [
    { signedBlocksWindow: 0n },
    { minSignedPerWindow: '' },
    { minSignedPerWindow: '-1' },
    { minSignedPerWindow: '2000000000000000000' },
    { downtimeJailDuration: 0n },
    { slashFractionDoubleSign: '-1' },
    { slashFractionDowntime: '2000000000000000000' },
  ]) {
    expect(codeOf(() => w.updateParams(part))).toEqual(['undefined', 1]);
  }
});

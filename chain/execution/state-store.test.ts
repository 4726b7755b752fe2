import { expect, test } from 'vitest';
import type { FinalizeBlockResponse } from '../abci/application.ts';
import { ChainDb } from '../blockstore/durable-db.ts';
import { installNoble } from '../crypto/noble.ts';
import { ZERO_BLOCK_ID } from '../types/block-id.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import { newValidator } from '../types/validator.ts';
import { ValidatorSet } from '../types/validator-set.ts';
import { RESULTS_PER_GROUP } from './results-store.ts';
import { type State, stateCodec } from './state.ts';
import { StateStore } from './state-store.ts';

installNoble();

const validators = (...powers: readonly bigint[]): ValidatorSet =>
  ValidatorSet.create(powers.map((p, i) => newValidator({ case: 'ed25519', value: new Uint8Array(32).fill(i + 1) }, p)));

function stateAt(height: bigint, over: Partial<State> = {}): State {
  const set = validators(3n, 2n, 1n);
  return {
    version: { block: 11n, app: 4n },
    chainId: 'state-1',
    initialHeight: 1n,
    lastBlockHeight: height,
    lastBlockId: ZERO_BLOCK_ID,
    lastBlockTime: 1_700_000_000_000_000_000n,
    nextValidators: set.copyIncrementProposerPriority(2),
    validators: set.copyIncrementProposerPriority(1),
    lastValidators: set,
    lastHeightValidatorsChanged: 1n,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    lastHeightConsensusParamsChanged: 1n,
    lastResultsHash: new Uint8Array(32).fill(1),
    appHash: new Uint8Array(32).fill(2),
    ...over,
  };
}

const response = (count: number, salt = ''): FinalizeBlockResponse => ({
  events: [{ type: 'e', attributes: [{ key: 'k', value: salt, index: true }] }],
  txResults: Array.from({ length: count }, (_, i) => ({
    code: i % 3,
    data: new Uint8Array(i % 5).fill(i),
    log: `log${i}${salt}`,
    info: '',
    gasWanted: BigInt(i),
    gasUsed: -1n,
    events: [{ type: 't', attributes: [{ key: 'i', value: String(i), index: false }] }],
    codespace: i % 3 === 0 ? '' : 'x',
  })),
  validatorUpdates: [{ pubKey: { case: 'ed25519', value: new Uint8Array(32).fill(9) }, power: 5n }],
  consensusParamUpdates: { ...DEFAULT_CONSENSUS_PARAMS, evidence: undefined },
  appHash: new Uint8Array([1, 2]),
});

test('the state is encoded as CometBFT does and comes back equal', () => {
  const s = stateAt(5n);
  const again = stateCodec.decode(stateCodec.encode(s));
  expect(stateCodec.encode(again)).toEqual(stateCodec.encode(s));
  expect([again.lastBlockHeight, again.version, again.nextValidators.hash()]).toEqual([5n, s.version, s.nextValidators.hash()]);
  // At the first height there are no last validators on the wire.
  expect(stateCodec.decode(stateCodec.encode(stateAt(0n))).lastValidators.size).toBe(0);
});

test('validators by height: stored where they change, their priorities advanced from there', async () => {
  const store = new StateStore(await ChainDb.memory());
  const genesis = validators(3n, 2n, 1n);
  let s = stateAt(0n, { validators: genesis, nextValidators: genesis.copyIncrementProposerPriority(1) });
  await store.save(s);
  const expected = new Map([
    [1n, s.validators],
    [2n, s.nextValidators],
  ]);
  for (let h = 1n; h <= 12n; h++) {
    const next = s.nextValidators.copy();
    const changed = h === 5n;
    if (changed) next.updateWithChangeSet([newValidator({ case: 'ed25519', value: new Uint8Array(32).fill(7) }, 4n)]);
    next.incrementProposerPriority(1);
    s = {
      ...s,
      lastBlockHeight: h,
      lastValidators: s.validators,
      validators: s.nextValidators,
      nextValidators: next,
      lastHeightValidatorsChanged: changed ? h + 2n : s.lastHeightValidatorsChanged,
    };
    await store.save(s);
    expected.set(h + 2n, next);
  }
  for (const [h, set] of expected) {
    const loaded = store.loadValidators(h);
    expect(loaded?.validators, `height ${h}`).toEqual(set.validators);
    expect(loaded?.proposer, `height ${h}`).toEqual(set.proposer);
    expect(store.loadValidators(h, false)?.hash()).toEqual(set.hash());
  }
  expect(store.loadValidators(15n)).toBeUndefined();
});

test('parameters by height', async () => {
  const store = new StateStore(await ChainDb.memory());
  await store.save(stateAt(0n));
  await store.save(stateAt(1n));
  const changed = { ...DEFAULT_CONSENSUS_PARAMS, block: { maxBytes: 5_000_000n, maxGas: 9n } };
  await store.save(stateAt(2n, { consensusParams: changed, lastHeightConsensusParamsChanged: 3n }));
  await store.save(stateAt(3n, { consensusParams: changed, lastHeightConsensusParamsChanged: 3n }));
  expect(store.loadConsensusParams(2n)).toEqual(DEFAULT_CONSENSUS_PARAMS);
  expect([store.loadConsensusParams(3n), store.loadConsensusParams(4n)]).toEqual([changed, changed]);
  expect(store.loadConsensusParams(5n)).toBeUndefined();
});

test('results come back whole and one by one', async () => {
  const store = new StateStore(await ChainDb.memory());
  for (const count of [0, 1, RESULTS_PER_GROUP, RESULTS_PER_GROUP * 2 + 5]) {
    const height = BigInt(count + 1);
    const r = response(count);
    await store.saveResults(height, r);
    expect(store.loadResults(height)).toEqual(r);
    for (let i = 0; i < count; i++) expect(store.results.loadTxResult(height, i)).toEqual(r.txResults[i]);
    expect(store.results.loadTxResult(height, count)).toBeUndefined();
    expect(store.results.loadBlockEvents(height)).toEqual(r.events);
  }
  expect(store.loadResults(999n)).toBeUndefined();
  // The same height again, as after a crash: the new answer counts.
  await store.saveResults(2n, response(1, 'new'));
  expect(store.results.loadTxResult(2n, 0)?.log).toBe('log0new');
});

test('pruning keeps what later heights point to, and validators as long as evidence may need them', async () => {
  const store = new StateStore(await ChainDb.memory());
  const genesis = validators(3n, 2n, 1n);
  let s = stateAt(0n, { validators: genesis, nextValidators: genesis.copyIncrementProposerPriority(1) });
  await store.save(s);
  for (let h = 1n; h <= 20n; h++) {
    s = {
      ...s,
      lastBlockHeight: h,
      lastValidators: s.validators,
      validators: s.nextValidators,
      nextValidators: s.nextValidators.copyIncrementProposerPriority(1),
    };
    await store.saveResults(h, response(2));
    await store.save(s);
  }
  const before = [12n, 15n, 22n].map((h) => store.loadValidators(h)?.validators);
  await store.prune(1n, 15n, 10n);
  expect([12n, 15n, 22n].map((h) => store.loadValidators(h)?.validators)).toEqual(before);
  expect(store.loadValidators(9n)).toBeUndefined();
  expect(store.loadConsensusParams(15n)).toEqual(DEFAULT_CONSENSUS_PARAMS);
  expect(store.loadConsensusParams(14n)).toBeUndefined();
  expect([store.loadResults(14n), store.loadResults(15n) === undefined]).toEqual([undefined, false]);
  await store.prune(15n, 18n);
  expect(store.loadValidators(17n)).toBeUndefined();
  expect(store.loadValidators(18n)?.size).toBe(3);
});

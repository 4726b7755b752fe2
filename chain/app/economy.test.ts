// Validators through the whole application: a genesis with stake, votes that jail, and an export that begins again as it was.
import { expect, test } from 'vitest';
import { FEE_COLLECTOR_NAME } from '../../modules/auth/keys.ts';
import { brokenInvariants } from '../../modules/distribution/invariants.ts';
import { moduleAddress } from '../crypto/address.ts';
import { utf8 } from '../encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../encoding/time.ts';
import { openCommitMultiStore } from '../store/multistore.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { composeModules, createTrellisApp, type TrellisApp } from './app.ts';
import { appStateText, exportApp } from './export.ts';
import { defaultAppState, validateAppState } from './genesis.ts';
import { addGenesisStakes } from './genesis-stake.ts';
import { checkInvariants } from './invariants/check.ts';
import { STORE_NAMES } from './store-names.ts';

const CHAIN_ID = 'economy-1';
const keys = [1, 2, 3].map((n) => ({ case: 'ed25519' as const, value: new Uint8Array(32).fill(n) }));
const EMPTY = new Uint8Array(0);
const { addresses: ADDRESSES, modules: MODULES } = composeModules('trellis');

async function start(appState: string): Promise<TrellisApp> {
  const store = await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES });
  const app = createTrellisApp({ store, chainId: CHAIN_ID });
  const r = await app.initChain({
    time: 0n,
    chainId: CHAIN_ID,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: [],
    appStateBytes: utf8(appState),
    initialHeight: 1n,
  });
  expect(r.validators.map((v) => v.power)).toEqual([30n, 20n, 10n].slice(0, r.validators.length));
  return app;
}

function genesis(): string {
  // biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
  const state = { ...defaultAppState(MODULES) } as any;
  addGenesisStakes(
    state,
    'trellis',
    keys.map((pubKey, i) => ({ operator: addressOfKey(pubKey), pubKey, moniker: `v${i}`, tokens: BigInt(10 * (i + 1)) * 1_000_000n })),
  );
  state.slashing.params.signed_blocks_window = '10';
  // No inflation, which would change what is compared; the fees of others give the rewards.
  Object.assign(state.mint, { minter: { inflation: '0', annual_provisions: '0' } });
  Object.assign(state.mint.params, { inflation_max: '0', inflation_min: '0' });
  state.bank.balances.push({ address: ADDRESSES.toString(moduleAddress(FEE_COLLECTOR_NAME)), coins: [{ denom: 'utrel', amount: '1000001' }] });
  state.bank.supply = [{ denom: 'utrel', amount: '61000001' }];
  validateAppState(MODULES, state);
  return JSON.stringify(state);
}

async function block(app: TrellisApp, absent: readonly number[] = []): Promise<readonly bigint[]> {
  const height = app.lastHeight + 1n;
  const votes = keys.map((k, i) => ({ validator: { address: addressOfKey(k), power: BigInt(10 * (i + 1)) }, blockIdFlag: absent.includes(i) ? 1 : 2 }));
  const r = await app.finalizeBlock({
    txs: [],
    decidedLastCommit: { round: 0, votes: height === 1n ? [] : votes },
    misbehavior: [],
    hash: EMPTY,
    height,
    time: height * 5n * NANOS_PER_SECOND,
    nextValidatorsHash: EMPTY,
    proposerAddress: EMPTY,
  });
  await app.commit();
  expect(checkInvariants(app.keepers, app.queryContext(0n))).toEqual([]);
  return r.validatorUpdates.map((u) => u.power);
}

test('a validator that sleeps leaves the set, and the export goes on where the chain was', async () => {
  const app = await start(genesis());
  const powers: bigint[] = [];
  for (let i = 0; i < 14; i++) powers.push(...(await block(app, [0])));
  expect(powers).toEqual([0n]);
  const first = exportApp(app);
  expect(first.validators.map((v) => [v.name, v.power])).toEqual([
    ['v2', 30n],
    ['v1', 20n],
  ]);
  const text = appStateText(first.appState);
  expect(text).toContain('"jailed":true');
  expect(text).toContain('"validator_slash_event":{"validator_period":"2","fraction":"0.010000000000000000"}');
  const again = await start(text);
  await again.finalizeBlock({
    txs: [],
    decidedLastCommit: { round: 0, votes: [] },
    misbehavior: [],
    hash: EMPTY,
    height: 1n,
    time: 71n * NANOS_PER_SECOND,
    nextValidatorsHash: EMPTY,
    proposerAddress: EMPTY,
  });
  await again.commit();
  expect(appStateText(exportApp(again).appState)).toBe(text);
});

test('a genesis whose pools do not hold the stake is refused', async () => {
  const state = JSON.parse(genesis());
  state.bank.balances = [];
  state.bank.supply = [];
  await expect(start(JSON.stringify(state))).rejects.toThrow(/not bonded pool balance is different from not bonded coins/);
});

test('a genesis transaction that fails stops the genesis', async () => {
  const state = JSON.parse(genesis());
  state.genutil = { gen_txs: [{ body: { messages: [] }, auth_info: {}, signatures: [] }] };
  await expect(start(JSON.stringify(state))).rejects.toThrow(/unexpected number of GenTx messages; got: 0/);
});

test('a state for height zero pays all rewards, and a chain goes on from it', async () => {
  const app = await start(genesis());
  for (let i = 0; i < 14; i++) await block(app, [0]);
  const { appState, initialHeight } = exportApp(app, 0n, true);
  expect(initialHeight).toBe(0n);
  // Nothing of it is kept.
  expect(appStateText(exportApp(app).appState)).toContain('"fraction":"0.010000000000000000"');
  const text = appStateText(appState);
  expect(text).not.toContain('"fraction"');
  const again = await start(text);
  for (let i = 0; i < 14; i++) await block(again, [2]);
  for (const a of [app, again]) {
    const ctx = a.queryContext(0n);
    expect(brokenInvariants(a.keepers.distribution, ctx)).toEqual([]);
    expect(a.keepers.supply.supply(ctx, 'utrel')).toBe(a === app ? 60_900_001n : 60_600_001n);
  }
});

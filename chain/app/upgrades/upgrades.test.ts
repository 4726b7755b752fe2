import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { MsgCancelUpgrade, MsgSoftwareUpgrade, type Plan } from '../../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { ProgramHalt } from '../../abci/application.ts';
import type { Context } from '../../core/context.ts';
import { SdkError } from '../../core/errors.ts';
import { moduleAddress } from '../../crypto/address.ts';
import { toHex, utf8 } from '../../encoding/bytes.ts';
import { GO_ZERO_TIME, NANOS_PER_SECOND } from '../../encoding/time.ts';
import { installNative } from '../../native/install.ts';
import { openCommitMultiStore } from '../../store/multistore.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../types/consensus-params.ts';
import { composeModules, createTrellisApp, type TrellisApp, type TrellisAppOptions } from '../app.ts';
import { defaultAppState } from '../genesis.ts';
import { STORE_NAMES } from '../store-names.ts';
import { runMigrations } from './run-migrations.ts';
import type { Upgrade } from './upgrade.ts';

installNative();
const CHAIN_ID = 'upgrades-1';
const EMPTY = new Uint8Array(0);
const GOV = composeModules('trellis').addresses.toString(moduleAddress('gov'));
const plan = (more: Partial<Plan> = {}): Plan => ({ name: 'v2', time: GO_ZERO_TIME, height: 3n, info: 'go', upgradedClientState: undefined, ...more });

const dirs: string[] = [];
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

interface Node {
  readonly app: TrellisApp;
  readonly log: string[];
  readonly files: string[];
}

/** The application on a folder, as a program with these options. */
async function open(dir: string, o: Partial<TrellisAppOptions> = {}, stores: Partial<Parameters<typeof openCommitMultiStore>[0]> = {}): Promise<Node> {
  const [log, files]: [string[], string[]] = [[], []];
  const store = await openCommitMultiStore({ dir, mode: 'custom', stores: STORE_NAMES, ...stores });
  const upgradeHost = { writeInfo: (text: string) => void files.push(text), log: (level: string, text: string) => void log.push(`${level} ${text}`) };
  return { app: createTrellisApp({ store, chainId: CHAIN_ID, upgradeHost, ...o }), log, files };
}

async function begin(dir: string, planned: Plan | undefined): Promise<Node> {
  const node = await open(dir);
  const { app } = node;
  await app.initChain({
    time: 0n,
    chainId: CHAIN_ID,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: [],
    appStateBytes: utf8(JSON.stringify({ ...defaultAppState(app.modules), staking: undefined, distribution: undefined, slashing: undefined, mint: undefined })),
    initialHeight: 1n,
  });
  if (planned !== undefined) app.keepers.upgrade.schedule(app.finalizeState?.context('finalize') as Context, planned);
  return node;
}

async function block(app: TrellisApp): Promise<void> {
  const height = app.lastHeight + 1n;
  const decidedLastCommit = { round: 0, votes: [] };
  const rest = { misbehavior: [], hash: EMPTY, nextValidatorsHash: EMPTY, proposerAddress: EMPTY };
  await app.finalizeBlock({ txs: [], decidedLastCommit, ...rest, height, time: height * NANOS_PER_SECOND });
  await app.commit();
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'upgrades-'));
  dirs.push(dir);
  return dir;
}

/** Two blocks before the plan's height, and a program that stops there. */
async function stopped(planned = plan()): Promise<string> {
  const dir = folder();
  const { app, log, files } = await begin(dir, planned);
  await block(app);
  await block(app);
  await expect(block(app)).rejects.toThrow(new ProgramHalt('UPGRADE "v2" NEEDED at height: 3: go'));
  expect(log).toEqual(['error UPGRADE "v2" NEEDED at height: 3: go']);
  expect(files).toEqual(['{"name":"v2","time":"0001-01-01T00:00:00Z","height":3,"info":"go"}']);
  expect(app.lastHeight).toBe(2n);
  await app.options.store.close();
  return dir;
}

const pairs = (app: TrellisApp, store = 'upgrade'): Map<string, string> =>
  new Map([...app.queryContext(0n).stores.kvStore(store).iterate(undefined, undefined)].map(([k, v]) => [toHex(k), toHex(v)]));

test('the program before stops, the next one goes on, and what it did is noted', async () => {
  const dir = await stopped();
  const seen: bigint[] = [];
  const v2: Upgrade = {
    name: 'v2',
    run: (ctx, { height }, from, tools) => {
      seen.push(height, from.get('bank') ?? 0n);
      return new Map([...tools.runMigrations(ctx, from), ['extra', 7n]]);
    },
  };
  const { app, log, files } = await open(dir, { upgrades: [v2] });
  expect(app.programError()).toBeUndefined();
  await block(app);
  await block(app);
  expect(seen).toEqual([3n, 4n]);
  expect(log).toEqual(['info applying upgrade "v2" at height: 3']);
  expect(files).toEqual([]);
  const state = pairs(app);
  expect(state.get('00')).toBeUndefined();
  expect(state.get(`01${'0000000000000003'}${toHex(utf8('v2'))}`)).toBe('01');
  expect(state.get('03')).toBe('0000000000000001');
  expect(state.get(`02${toHex(utf8('extra'))}`)).toBe('0000000000000007');
  expect((await app.info({ version: '', blockVersion: 0n, p2pVersion: 0n, abciVersion: '' })).appVersion).toBe(1n);
  expect(app.keepers.upgrade.doneHeight(app.queryContext(0n), 'v2')).toBe(3n);
  const again = (): void => app.keepers.upgrade.schedule(app.queryContext(0n).branch().ctx, plan({ height: 100n }));
  expect(again).toThrow('upgrade with name v2 has already been completed: invalid request');
  await app.options.store.close();
  // The program from before the upgrade does not fit the state any more.
  const before = await open(dir);
  expect(before.app.programError()).toBe('wrong app version 0, upgrade handler is missing for v2 upgrade plan');
  await expect(block(before.app)).rejects.toThrow('wrong app version 0, upgrade handler is missing for v2 upgrade plan');
  await before.app.options.store.close();
});

test('stores come and change names with the upgrade', async () => {
  const dir = await stopped();
  const changes = { added: ['fresh'], renamed: [{ from: 'circuit', to: 'breaker' }] };
  const stores = [...STORE_NAMES.filter((n) => n !== 'circuit'), 'fresh', 'breaker'];
  const v2: Upgrade = {
    name: 'v2',
    stores: changes,
    run: (ctx, _plan, from) => {
      ctx.store('fresh').set(utf8('k'), utf8('v'));
      return from;
    },
  };
  const node = await open(dir, { upgrades: [v2] }, { stores, upgrade: { height: 3n, ...changes } });
  for (let i = 0; i < 2; i++) await block(node.app);
  expect(pairs(node.app, 'fresh')).toEqual(new Map([[toHex(utf8('k')), toHex(utf8('v'))]]));
  expect(() => node.app.options.store.kvStore('circuit')).toThrow('no such store: circuit');
  const hash = toHex(node.app.lastAppHash);
  await node.app.options.store.close();
  const again = await open(dir, { upgrades: [v2] }, { stores });
  expect(toHex(again.app.lastAppHash)).toBe(hash);
  await block(again.app);
  await again.app.options.store.close();
});

test('one node passes over what another stops for', async () => {
  const dir = await stopped();
  const { app, log } = await open(dir, { skipUpgradeHeights: new Set([3n]) });
  await block(app);
  expect(log).toEqual(['info UPGRADE "v2" SKIPPED at 3: go']);
  expect(app.keepers.upgrade.plan(app.queryContext(0n))).toBeUndefined();
  await app.options.store.close();
});

test('a program that comes too early stops, and one whose handler fails leaves the state as it was', async () => {
  const dir = folder();
  const first = await begin(dir, plan());
  await block(first.app);
  await first.app.options.store.close();
  const early = await open(dir, { upgrades: [{ name: 'v2' }] });
  await expect(block(early.app)).rejects.toThrow(
    new ProgramHalt('BINARY UPDATED BEFORE TRIGGER! UPGRADE "v2" - in binary but not executed on chain. Downgrade your binary'),
  );
  await early.app.options.store.close();
  const next = await open(dir);
  await block(next.app);
  const hash = toHex(next.app.lastAppHash);
  await next.app.options.store.close();
  const fails = (): never => {
    throw new Error('cannot');
  };
  const failing = await open(dir, { upgrades: [{ name: 'v2', run: fails }] });
  await expect(block(failing.app)).rejects.toThrow('cannot');
  await failing.app.options.store.close();
  const same = await open(dir);
  expect(toHex(same.app.lastAppHash)).toBe(hash);
  await same.app.options.store.close();
});

describe('each refusal with its code', () => {
  const refusals: readonly [string, string, object, string, number, string][] = [
    ['planned by somebody else', 'MsgSoftwareUpgrade', { authority: 'x', plan: plan() }, 'upgrade', 6, `expected ${GOV} got x`],
    ['cancelled by somebody else', 'MsgCancelUpgrade', { authority: '' }, 'upgrade', 6, `expected ${GOV} got `],
    ['a time', 'MsgSoftwareUpgrade', { authority: GOV, plan: plan({ time: 0n }) }, 'sdk', 18, 'time-based upgrades have been deprecated in the SDK'],
    [
      'an IBC state',
      'MsgSoftwareUpgrade',
      { authority: GOV, plan: plan({ upgradedClientState: { typeUrl: '/x', value: EMPTY } }) },
      'sdk',
      18,
      'upgrade logic for IBC has been moved to the IBC module',
    ],
    ['no name', 'MsgSoftwareUpgrade', { authority: GOV, plan: plan({ name: '' }) }, 'sdk', 18, 'name cannot be empty'],
    ['no height', 'MsgSoftwareUpgrade', { authority: GOV, plan: plan({ height: 0n }) }, 'sdk', 18, 'height must be greater than 0'],
    ['a past height', 'MsgSoftwareUpgrade', { authority: GOV, plan: plan({ height: 1n }) }, 'sdk', 18, 'upgrade cannot be scheduled in the past'],
  ];
  test.each(refusals)('%s', async (_, type, msg, codespace, code, text) => {
    const { app } = await begin(folder(), undefined);
    await block(app);
    await block(app);
    const name = type === 'MsgSoftwareUpgrade' ? MsgSoftwareUpgrade.name : MsgCancelUpgrade.name;
    try {
      app.options.messages.execute(app.queryContext(0n).branch().ctx, `/${name}`, msg);
      expect.unreachable();
    } catch (e) {
      expect(e).toBeInstanceOf(SdkError);
      expect(e).toMatchObject({ codespace, code });
      expect((e as SdkError).message).toMatch(text);
    }
    await app.options.store.close();
  });

  test('a plan replaces another, and is cancelled once or more', async () => {
    const { app } = await begin(folder(), undefined);
    await block(app);
    const { ctx } = app.queryContext(0n).branch();
    const execute = (name: string, msg: object): unknown => app.options.messages.execute(ctx, `/${name}`, msg);
    execute(MsgSoftwareUpgrade.name, { authority: GOV, plan: plan({ height: 9n }) });
    execute(MsgSoftwareUpgrade.name, { authority: GOV, plan: plan({ height: 8n, name: 'v3' }) });
    expect(app.keepers.upgrade.plan(ctx)).toMatchObject({ name: 'v3', height: 8n });
    for (let i = 0; i < 2; i++) execute(MsgCancelUpgrade.name, { authority: GOV });
    expect(app.keepers.upgrade.plan(ctx)).toBeUndefined();
    await app.options.store.close();
  });
});

describe('migrations', () => {
  const ctx = {} as Context;
  const ran: string[] = [];
  const step = (text: string) => (): void => void ran.push(text);
  const migrations = new Map([
    [1n, step('b 1')],
    [2n, step('b 2')],
  ]);
  const modules = [
    { name: 'auth', consensusVersion: 2n, storeNames: [], migrations: new Map([[1n, step('auth 1')]]) },
    { name: 'b', consensusVersion: 3n, storeNames: [], migrations },
    { name: 'a', storeNames: [], defaultGenesis: () => ({}), initGenesis: () => void ran.push('a is new') },
  ];

  test('run in order, accounts last, new modules from their genesis', () => {
    const to = runMigrations(
      modules,
      ctx,
      new Map([
        ['auth', 1n],
        ['b', 1n],
      ]),
    );
    expect(ran).toEqual(['a is new', 'b 1', 'b 2', 'auth 1']);
    expect([...to].sort()).toEqual([
      ['a', 1n],
      ['auth', 2n],
      ['b', 3n],
    ]);
  });

  test('a step that is missing stops them', () => {
    const missing = (m: object): unknown => runMigrations([{ name: 'm', consensusVersion: 3n, storeNames: [], ...m }], ctx, new Map([['m', 1n]]));
    expect(() => missing({})).toThrow('no migrations found for module m: not found');
    expect(() => missing({ migrations: new Map([[1n, step('m 1')]]) })).toThrow('no migration found for module m from version 2 to version 3: not found');
  });
});

// The economy beside Go simd (Cosmos SDK 0.53.4): one genesis, the same blocks with the same votes, misbehaviour and random transactions from a
// seed, and after each block every result, the validator updates and the store roots compared. `npm run interop -- economy [seed] [blocks]`.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AbciEvent, FinalizeBlockResponse, Misbehavior } from '../../chain/abci/application.ts';
import { connectApplication, type SocketApplication } from '../../chain/abci/socket/client.ts';
import type { TrellisApp } from '../../chain/app/app.ts';
import { exportApp } from '../../chain/app/export.ts';
import { checkInvariants } from '../../chain/app/invariants/check.ts';
import { STORE_NAMES as OURS } from '../../chain/app/store-names.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import { bech32Encode } from '../../chain/crypto/bech32.ts';
import { toHex, utf8 } from '../../chain/encoding/bytes.ts';
import { parseTime, type Time } from '../../chain/encoding/time.ts';
import { installNative } from '../../chain/native/install.ts';
import { temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Random } from '../../testnet/simulator/random.ts';
import { initSimdHome } from '../bench/support/simd-home.ts';
import { Checks } from '../checks.ts';
import { difference, PARAMS, simdLikeApp } from '../differential/app/replay.ts';
import { CHAIN_ID } from '../differential/app/sign.ts';
import { EngineSet } from './economy/engine-set.ts';
import { prepareGenesis } from './economy/genesis.ts';
import { MAKERS, plan } from './economy/plan.ts';
import { candidates, makeQueries } from './economy/queries.ts';
import { SKIPPED_HEIGHTS } from './economy/upgrade.ts';
import { type Planned, World } from './economy/world.ts';
import { countsText, outcome } from './engine/go-chain.ts';
import { queryDifference } from './simd/query-difference.ts';
import { rootDifference } from './simd/state.ts';
import { type Chain, Fleet } from './traffic/signer.ts';

const CHAIN: Chain = { chainId: CHAIN_ID, prefix: 'cosmos', denom: 'stake', fee: 0n, unordered: false };
const ACCOUNTS = 24;
const BLOCKS = 120;
/** Those that simd has too. */
const STORE_NAMES = OURS.filter((name) => name !== 'rotation' && name !== 'history');
const SECOND = 1_000_000_000n;

/** Modules of simd that our application lacks still: their accounts are put into the genesis, so that numbers agree. */
const MODULE_ACCOUNTS: Readonly<Record<string, readonly string[]>> = {
  transfer: ['minter', 'burner'],
};

// biome-ignore lint/suspicious/noExplicitAny: a genesis of modules that we do not all have
type Json = any;

function prepare(state: Json, accounts: readonly string[], genesisTime: Time): void {
  prepareGenesis(state, accounts, CHAIN.denom, genesisTime);
  for (const [name, permissions] of Object.entries(MODULE_ACCOUNTS)) {
    const base_account = { address: bech32Encode(CHAIN.prefix, moduleAddress(name)), pub_key: null, account_number: '0', sequence: '0' };
    state.auth.accounts.push({ '@type': '/cosmos.auth.v1beta1.ModuleAccount', base_account, name, permissions });
  }
}

const shown = (v: unknown): string => JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? x.toString() : x instanceof Uint8Array ? toHex(x) : x));

/** Whose answers are compared; those of modules that we lack still will be more. */
const SERVICES = [
  'cosmos.bank.v1beta1.Query',
  'cosmos.staking.v1beta1.Query',
  'cosmos.slashing.v1beta1.Query',
  'cosmos.evidence.v1beta1.Query',
  'cosmos.distribution.v1beta1.Query',
  'cosmos.mint.v1beta1.Query',
  'cosmos.gov.v1.Query',
  'cosmos.gov.v1beta1.Query',
  'cosmos.feegrant.v1beta1.Query',
  'cosmos.authz.v1beta1.Query',
  'cosmos.circuit.v1.Query',
  'cosmos.upgrade.v1beta1.Query',
];
const BLOCKS_BETWEEN_QUERIES = 10n;
const QUERIES_EACH = 12;
const QUERIES_AT_END = 120;

interface Totals {
  queries: number;
  transactions: number;
  events: number;
  roots: number;
  updates: number;
}

export default async function economyInterop(args: readonly string[] = []): Promise<Checks> {
  const checks = new Checks('economy');
  const seed = args[0] ?? '1';
  const blocks = Number(args[1] ?? BLOCKS);
  const simd = await peerProgram('simd');
  installNative();
  const folder = temporaryFolder('economy');
  const fleet = new Fleet(ACCOUNTS, CHAIN.prefix, 1n);
  const peers: SimdPeer[] = [];
  const startPeer = async (): Promise<SimdPeer> => {
    const p = await startSimd(simd, join(folder, `simd-${peers.length}`), fleet);
    peers.push(p);
    return p;
  };
  try {
    const { app: go, genesis } = await startPeer();
    const ours = await simdLikeApp({ skipUpgradeHeights: new Set(SKIPPED_HEIGHTS.map(BigInt)) });
    const random = Random.of(`economy ${seed}`);
    const genesisTime = parseTime(genesis.genesis_time);
    const init = (state: Json): Parameters<TrellisApp['initChain']>[0] => ({
      time: genesisTime,
      chainId: CHAIN_ID,
      consensusParams: PARAMS,
      validators: [],
      appStateBytes: utf8(JSON.stringify(state)),
      initialHeight: 1n,
    });
    const own = Object.fromEntries(Object.entries(genesis.app_state).filter(([name]) => ours.modules.some((m) => m.name === name)));
    let engine: EngineSet | undefined;
    await checks.run('InitChain: the same validators', async () => {
      const [a, b] = [await ours.initChain(init(own)), await go.initChain(init(genesis.app_state))];
      checks.equal(shown(a.validators), shown(b.validators), 'validators');
      engine = new EngineSet(a.validators);
      let root = b.appHash;
      // Historical headers hold the root of all stores, of which simd has more than we: ours is told simd's.
      Object.defineProperty(ours, 'lastAppHash', { get: () => root, configurable: true });
      const commit = go.finalizeBlock.bind(go);
      go.finalizeBlock = async (req) => {
        const r = await commit(req);
        pending = r.appHash;
        return r;
      };
      let pending = root;
      const after = go.commit.bind(go);
      go.commit = async () => {
        const r = await after();
        root = pending;
        return r;
      };
    });
    if (engine === undefined) return checks;
    const set = engine;
    const world = new World(
      ours,
      CHAIN,
      random.fork('traffic'),
      Array.from({ length: ACCOUNTS }, () => fleet.take()),
    );
    const votes = random.fork('votes');
    const asleep = new Map<string, bigint>();
    const totals: Totals = { queries: 0, transactions: 0, events: 0, roots: 0, updates: 0 };
    const outcomes = new Map<string, number>();
    const names = new Map<string, number>();
    const slashes = new Map<string, number>();
    const proposals = new Map<string, number>();
    const asking = random.fork('queries');
    /** What differs, as texts. */
    const ask = async (each: number): Promise<string[]> => {
      const wrong: string[] = [];
      for (const q of makeQueries(SERVICES, candidates(world), asking, each)) {
        const request = { path: q.path, data: q.data, height: 0n, prove: false };
        const [a, b] = await Promise.all([ours.query(request), go.query(request)]);
        const why = queryDifference(a, b);
        if (why !== undefined) wrong.push(`${q.name}: ${why}`);
        totals.queries++;
      }
      return wrong;
    };
    let time = genesisTime;

    await checks.run(`${blocks} blocks of random traffic from seed ${seed}`, async () => {
      for (let height = 1n; height <= BigInt(blocks); height++) {
        time += (votes.chance(0.1) ? BigInt(votes.between(60, 200)) : BigInt(votes.between(1, 12))) * SECOND + BigInt(votes.between(0, 1_000_000_000));
        Object.assign(world, { height, time });
        const planned = height === 1n ? [] : plan(world, MAKERS, world.random.between(2, 14));
        const evidence: Misbehavior[] = votes.chance(0.02) && set.current.length > 2 ? [set.equivocation(votes)].flatMap((e) => e ?? []) : [];
        // Some validator sleeps through more blocks than it may, while others remain.
        if (votes.chance(0.06) && set.current.length > 2) asleep.set(toHex(votes.pick(set.current).address), height + BigInt(votes.between(4, 16)));
        const { strongest } = set;
        const misses = ({ address }: { readonly address: Uint8Array }): boolean =>
          toHex(address) !== strongest && ((asleep.get(toHex(address)) ?? 0n) > height || votes.chance(0.03));
        const request = { ...set.request(height, time, votes, misses, evidence), txs: planned.map((p) => world.sign(p)) };
        const [a, b] = await Promise.all([ours.finalizeBlock(request), go.finalizeBlock(request)]);
        await Promise.all([ours.commit(), go.commit()]);
        const wrong = compare(a, b, planned);
        if (height > 1n) {
          for (const store of STORE_NAMES) {
            const differs = await rootDifference(ours, go, store, height);
            if (differs !== undefined) wrong.push(differs);
            totals.roots++;
          }
        }
        for (const [i, r] of b.txResults.entries()) {
          world.settled(
            planned[i] as Planned,
            r.events.some((e) => e.type === 'tx' && e.attributes.some((x) => x.key === 'acc_seq')),
          );
          outcomes.set(outcome(r), (outcomes.get(outcome(r)) ?? 0) + 1);
          if (r.code === 0) names.set((planned[i] as Planned).name, (names.get((planned[i] as Planned).name) ?? 0) + 1);
          totals.events += r.events.length;
        }
        for (const e of b.events) if (e.type.endsWith('active_proposal')) proposals.set(fate(e), (proposals.get(fate(e)) ?? 0) + 1);
        for (const e of b.events) if (e.type === 'slash') slashes.set(reasonOf(e), (slashes.get(reasonOf(e)) ?? 0) + 1);
        totals.transactions += b.txResults.length;
        totals.events += b.events.length;
        totals.updates += b.validatorUpdates.length;
        set.advance(height, time, b.validatorUpdates);
        wrong.push(...checkInvariants(ours.keepers, world.state()));
        if (height % BLOCKS_BETWEEN_QUERIES === 0n) wrong.push(...(await ask(QUERIES_EACH)));
        if (wrong.length > 0) checks.fail(`height ${height}: ${wrong.slice(0, 6).join('\n  ')}`);
      }
    });
    await checks.run('every query of the modules', async () => {
      const wrong = await ask(QUERIES_AT_END);
      for (const d of wrong.slice(0, 8)) checks.note(d);
      checks.equal(wrong.length, 0, 'queries that differ');
    });
    for (const zero of [false, true]) {
      await checks.run(`an exported state ${zero ? 'for height zero ' : ''}begins alike`, async () => {
        const state = exportApp(ours, 0n, zero).appState;
        const [ours2, { app: go2 }] = [await simdLikeApp({ skipUpgradeHeights: new Set(SKIPPED_HEIGHTS.map(BigInt)) }), await startPeer()];
        const [a, b] = [await ours2.initChain(init(state)), await go2.initChain(init({ ...genesis.app_state, ...state }))];
        checks.equal(shown(a.validators), shown(b.validators), 'validators');
        let root = b.appHash;
        Object.defineProperty(ours2, 'lastAppHash', { get: () => root });
        const again = new EngineSet(a.validators);
        for (const height of [1n, 2n, 3n, 4n]) {
          const at = time + height * SECOND;
          const request = { ...again.request(height, at, votes, () => votes.chance(0.3), []), txs: [] };
          const [x, y] = await Promise.all([ours2.finalizeBlock(request), go2.finalizeBlock(request)]);
          await Promise.all([ours2.commit(), go2.commit()]);
          again.advance(height, at, y.validatorUpdates);
          const wrong = compare(x, y, []);
          root = y.appHash;
          for (const store of height === 1n ? [] : STORE_NAMES) wrong.push(...[await rootDifference(ours2, go2, store, height)].flatMap((d) => d ?? []));
          checks.equal(wrong, []);
        }
      });
    }
    checks.note(
      `${totals.queries} queries; ${totals.transactions} transactions, ${totals.events} events, ${totals.updates} validator updates, ${totals.roots} store roots: ${countsText(outcomes)}`,
    );
    checks.note(`done: ${countsText(names)}; slashed: ${countsText(slashes)}; proposals: ${countsText(proposals)}`);
    await checks.run('figures', () => undefined);
  } finally {
    for (const p of peers) await p.stop();
  }
  if (checks.failed === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`  home and log: ${folder}`);
  return checks;
}

interface SimdPeer {
  readonly app: SocketApplication;
  /** Its own, prepared; nothing was initialised with it. */
  readonly genesis: Json;
  stop(): Promise<void>;
}

async function startSimd(simd: string, home: string, fleet: Fleet): Promise<SimdPeer> {
  const [port = 0, rpc = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(5);
  const ports = { rpc, p2p, grpc, rest };
  await initSimdHome(simd, home, { chainId: CHAIN_ID, denom: CHAIN.denom, accounts: fleet.accounts, ports, timeoutCommit: '1s', pruning: 'nothing' });
  const file = join(home, 'config/genesis.json');
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  prepare(
    genesis.app_state,
    fleet.accounts.map((a) => a.address),
    parseTime(genesis.genesis_time),
  );
  writeFileSync(file, JSON.stringify(genesis));
  const address = `tcp://127.0.0.1:${port}`;
  const socket = ['--with-comet=false', '--transport', 'socket', '--address', address];
  const skipped = ['--unsafe-skip-upgrades', SKIPPED_HEIGHTS.join(',')];
  const flags = [...socket, ...skipped, '--grpc.enable=false', '--api.enable=false', '--minimum-gas-prices', '0stake'];
  const process = startProcess(simd, ['start', '--home', home, ...flags], { logFile: `${home}.log` });
  try {
    const app = await waitFor('simd behind its socket', () => connectApplication(address), 30_000, 100);
    const stop = async (): Promise<void> => {
      app.close();
      await process.stop();
    };
    return { app, genesis, stop };
  } catch (e) {
    await process.stop();
    throw e;
  }
}

/** "passed", "failed MsgUpdateParams", … */
const fate = (e: AbciEvent): string => {
  const [, result, log] = e.attributes.map((a) => a.value);
  const failing = /\(\/([\w.]+)\)/.exec(log ?? '')?.[1];
  return `${result?.replace('proposal_', '')}${failing === undefined ? '' : ` ${failing}`}`;
};
const reasonOf = (e: AbciEvent): string => e.attributes.find((a) => a.key === 'reason')?.value ?? 'jailed';

function compare(a: FinalizeBlockResponse, b: FinalizeBlockResponse, planned: readonly Planned[]): string[] {
  const wrong: string[] = [];
  for (const [i, r] of b.txResults.entries()) {
    const mine = a.txResults[i];
    const why = mine === undefined ? 'no result' : difference(mine, r);
    if (why !== undefined) wrong.push(`${planned[i]?.name} (simd ${r.code}: ${r.log.slice(0, 200)}): ${why}`);
  }
  if (shown(a.validatorUpdates) !== shown(b.validatorUpdates))
    wrong.push(`validator updates: ours ${shown(a.validatorUpdates)}, simd ${shown(b.validatorUpdates)}`);
  if (shown(a.consensusParamUpdates) !== shown(b.consensusParamUpdates))
    wrong.push(`consensus parameters: ours ${shown(a.consensusParamUpdates)}, simd ${shown(b.consensusParamUpdates)}`);
  if (shown(a.events) !== shown(b.events)) wrong.push(`events of the block: ours ${shown(a.events)}\n  simd ${shown(b.events)}`);
  return wrong;
}

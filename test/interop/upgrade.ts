// An upgrade by governance beside Go simd: one genesis, the same blocks, a proposal that passes; both must refuse the plan's height,
// leave the same upgrade-info.json and the line that cosmovisor waits for, refuse it again after a restart, and go on with equal
// stores where the height is passed over. `npm run interop -- upgrade`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application, FinalizeBlockRequest } from '../../chain/abci/application.ts';
import { connectApplication, type SocketApplication } from '../../chain/abci/socket/client.ts';
import { createTrellisApp, type TrellisApp } from '../../chain/app/app.ts';
import { STORE_NAMES } from '../../chain/app/store-names.ts';
import { upgradeHost } from '../../chain/cmd/upgrade-info.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import { bech32Encode } from '../../chain/crypto/bech32.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { GO_ZERO_TIME, parseTime } from '../../chain/encoding/time.ts';
import { installNative } from '../../chain/native/install.ts';
import { openCommitMultiStore } from '../../chain/store/multistore.ts';
import { MsgSubmitProposal, MsgVote } from '../../proto/gen/cosmos/gov/v1.ts';
import { MsgDelegate } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { MsgCancelUpgrade, MsgSoftwareUpgrade } from '../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { type RunningProcess, startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Random } from '../../testnet/simulator/random.ts';
import { initSimdHome } from '../bench/support/simd-home.ts';
import { Checks } from '../checks.ts';
import { difference, PARAMS, SIMD_NETWORK } from '../differential/app/replay.ts';
import { CHAIN_ID } from '../differential/app/sign.ts';
import { EngineSet } from './economy/engine-set.ts';
import { candidates, makeQueries } from './economy/queries.ts';
import { any, World } from './economy/world.ts';
import { queryDifference } from './simd/query-difference.ts';
import { rootDifference } from './simd/state.ts';
import { type Chain, Fleet, signedTx } from './traffic/signer.ts';

const CHAIN: Chain = { chainId: CHAIN_ID, prefix: 'cosmos', denom: 'stake', fee: 0n, unordered: false };
const SECOND = 1_000_000_000n;
const HEIGHT = 12n;
const NAME = 'v2 "quoted" <&>';
const INFO = '{"binaries":{"linux/amd64":"https://example.org/v2?a=1&b=2"}}';
const LINE = `UPGRADE "${NAME}" NEEDED at height: ${HEIGHT}: ${INFO}`;

// biome-ignore lint/suspicious/noExplicitAny: a genesis of modules that we do not all have
type Json = any;

function prepare(state: Json): void {
  // Headers that are kept hold the root of all stores, of which simd has more.
  state.staking.params.historical_entries = 0;
  const gov = {
    max_deposit_period: '60s',
    voting_period: '20s',
    expedited_voting_period: '10s',
    quorum: '0.001',
    min_deposit: [{ denom: 'stake', amount: '1' }],
  };
  Object.assign(state.gov.params, gov);
  const account = { address: bech32Encode(CHAIN.prefix, moduleAddress('transfer')), pub_key: null, account_number: '0', sequence: '0' };
  state.auth.accounts.push({ '@type': '/cosmos.auth.v1beta1.ModuleAccount', base_account: account, name: 'transfer', permissions: ['minter', 'burner'] });
}

class Simd {
  readonly #program: string;
  readonly #home: string;
  #process: RunningProcess | undefined;
  #app: SocketApplication | undefined;

  constructor(program: string, home: string) {
    this.#program = program;
    this.#home = home;
  }

  get output(): string {
    return this.#process?.output() ?? '';
  }

  async start(...more: string[]): Promise<Application> {
    const [port = 0] = await freePorts(1);
    const address = `tcp://127.0.0.1:${port}`;
    const flags = ['--with-comet=false', '--transport', 'socket', '--address', address, '--grpc.enable=false', '--api.enable=false'];
    const process = startProcess(this.#program, ['start', '--home', this.#home, ...flags, '--minimum-gas-prices', '0stake', ...more]);
    this.#process = process;
    this.#app = await waitFor('simd behind its socket', () => connectApplication(address), 30_000, 100);
    return this.#app;
  }

  async stop(): Promise<void> {
    this.#app?.close();
    await this.#process?.stop();
  }
}

/** The text of why a block was refused. */
async function refusal(app: Application, request: FinalizeBlockRequest): Promise<string> {
  try {
    await app.finalizeBlock(request);
  } catch (e) {
    return (e as Error).message.replace(/^abci: the application failed: /, '');
  }
  return 'not refused';
}

export default async function upgradeInterop(): Promise<Checks> {
  const checks = new Checks('upgrade');
  const program = await peerProgram('simd');
  installNative();
  const folder = temporaryFolder('upgrade');
  const [home, own] = [join(folder, 'simd'), join(folder, 'own')];
  mkdirSync(own);
  const fleet = new Fleet(4, CHAIN.prefix, 1n);
  const [rpc = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(4);
  await initSimdHome(program, home, {
    chainId: CHAIN_ID,
    denom: CHAIN.denom,
    accounts: fleet.accounts,
    ports: { rpc, p2p, grpc, rest },
    timeoutCommit: '1s',
    pruning: 'nothing',
  });
  const genesis: Json = JSON.parse(readFileSync(join(home, 'config/genesis.json'), 'utf8'));
  prepare(genesis.app_state);
  writeFileSync(join(home, 'config/genesis.json'), JSON.stringify(genesis));

  const simd = new Simd(program, home);
  const lines: string[] = [];
  const infoFile = join(own, 'data', 'upgrade-info.json');
  const open = async (skip: readonly bigint[] = []): Promise<TrellisApp> => {
    const store = await openCommitMultiStore({ dir: join(own, 'application.db'), mode: 'custom', stores: STORE_NAMES });
    const log = (text: string): number => lines.push(text);
    return createTrellisApp({ ...SIMD_NETWORK, store, skipUpgradeHeights: new Set(skip), upgradeHost: upgradeHost(infoFile, { info: log, error: log }) });
  };
  try {
    let go = await simd.start();
    let ours = await open();
    const time = parseTime(genesis.genesis_time);
    const own0 = Object.fromEntries(Object.entries(genesis.app_state).filter(([name]) => ours.modules.some((m) => m.name === name)));
    const init = (state: Json): Parameters<TrellisApp['initChain']>[0] => ({
      time,
      chainId: CHAIN_ID,
      consensusParams: PARAMS,
      validators: [],
      appStateBytes: utf8(JSON.stringify(state)),
      initialHeight: 1n,
    });
    const set = new EngineSet((await ours.initChain(init(own0))).validators);
    await go.initChain(init(genesis.app_state));
    const random = Random.of('upgrade');
    const voter = fleet.take();
    const [validator] = [...ours.keepers.staking.allValidators(ours.finalizeState?.context('query') as never)];
    const gov = bech32Encode(CHAIN.prefix, moduleAddress('gov'));
    const plan = { name: NAME, time: GO_ZERO_TIME, height: HEIGHT, info: INFO, upgradedClientState: undefined };
    const proposal = {
      // Planned, called off, planned twice: the last one holds.
      messages: [
        any(MsgSoftwareUpgrade, { authority: gov, plan: { ...plan, name: 'first', height: 40n } }),
        any(MsgCancelUpgrade, { authority: gov }),
        any(MsgCancelUpgrade, { authority: gov }),
        any(MsgSoftwareUpgrade, { authority: gov, plan: { ...plan, name: 'second', height: 30n } }),
        any(MsgSoftwareUpgrade, { authority: gov, plan }),
      ],
      initialDeposit: [{ denom: 'stake', amount: '5' }],
      proposer: voter.address,
      metadata: '',
      title: 'T',
      summary: 'S',
      expedited: false,
    };
    const delegation = { delegatorAddress: voter.address, validatorAddress: validator?.operatorAddress ?? '', amount: { denom: 'stake', amount: '900000000' } };
    const messages = new Map([
      [2n, any(MsgDelegate, delegation)],
      [3n, any(MsgSubmitProposal, MsgSubmitProposal.from(proposal))],
      [4n, any(MsgVote, { proposalId: 1n, voter: voter.address, option: 1, metadata: '' })],
    ]);
    let sequence = 0n;
    const request = (height: bigint): FinalizeBlockRequest => {
      const message = messages.get(height);
      const txs = message === undefined ? [] : [signedTx(CHAIN, voter, [message], { sequence: sequence++, gas: 500_000n })];
      return { ...set.request(height, time + height * 5n * SECOND, random, () => false, []), txs };
    };
    const block = async (height: bigint, req: FinalizeBlockRequest): Promise<void> => {
      const [a, b] = await Promise.all([ours.finalizeBlock(req), go.finalizeBlock(req)]);
      await Promise.all([ours.commit(), go.commit()]);
      for (const [i, r] of b.txResults.entries()) {
        if (r.code !== 0) checks.fail(`height ${height}: simd refuses: ${r.log}`);
        const why = a.txResults[i] === undefined ? 'no result' : difference(a.txResults[i], r);
        if (why !== undefined) checks.fail(`height ${height}: ${why}`);
      }
      for (const store of height === 1n ? [] : STORE_NAMES.filter((name) => name !== 'rotation' && name !== 'history')) {
        const why = await rootDifference(ours, go, store, height);
        if (why !== undefined) checks.fail(why);
      }
      set.advance(height, req.time, b.validatorUpdates);
    };
    const askUpgrade = async (): Promise<number> => {
      const world = new World(ours, CHAIN, random, [voter]);
      world.height = HEIGHT;
      const asked = makeQueries(['cosmos.upgrade.v1beta1.Query'], { ...candidates(world), name: [NAME, 'x'] }, random, 20);
      for (const q of asked) {
        const r = { path: q.path, data: q.data, height: 0n, prove: false };
        const why = queryDifference(await ours.query(r), await go.query(r));
        if (why !== undefined) checks.fail(`${q.name}: ${why}`);
      }
      return asked.length;
    };
    await checks.run(`a proposal passes, and ${HEIGHT - 1n} blocks are equal`, async () => {
      for (let h = 1n; h < HEIGHT; h++) await block(h, request(h));
      checks.equal(ours.keepers.upgrade.plan(ours.queryContext(0n))?.name, NAME, 'the plan');
      checks.note(`${await askUpgrade()} queries of upgrade equal, the plan among them`);
    });
    const due = request(HEIGHT);
    const bothRefuse = async (): Promise<void> => {
      const before = lines.length;
      const [a, b] = await Promise.all([refusal(ours, due), refusal(go, due)]);
      checks.equal(a, LINE);
      // simd's answer may be lost with the process.
      checks.that(b === LINE || /closed the connection|ECONNRESET/.test(b), `simd refuses the block: ${b}`);
      checks.equal(lines.slice(before), [LINE], 'our log');
      await waitFor("simd's log", async () => simd.output.includes('NEEDED at height') || undefined, 10_000, 50);
      const told = /UPGRADE \\?"(.*?)\\?" NEEDED at height: (\d+): (.*)/.exec(simd.output);
      checks.that(told !== null, `simd's log has the line: ${simd.output.slice(-500)}`);
      checks.equal(readFileSync(infoFile, 'utf8'), readFileSync(join(home, 'data/upgrade-info.json'), 'utf8'), 'upgrade-info.json');
    };
    await checks.run('both refuse the height, with one line and one upgrade-info.json', async () => {
      await bothRefuse();
      checks.note(readFileSync(infoFile, 'utf8'));
    });
    const restart = async (...skip: bigint[]): Promise<void> => {
      await Promise.all([simd.stop(), ours.options.store.close()]);
      go = await simd.start(...(skip.length === 0 ? [] : ['--unsafe-skip-upgrades', skip.join(',')]));
      ours = await open(skip);
    };
    await checks.run('both refuse it again after a restart', async () => {
      await restart();
      checks.equal((await go.info({ version: '', blockVersion: 0n, p2pVersion: 0n, abciVersion: '' })).lastBlockHeight, ours.lastHeight, 'last height');
      await bothRefuse();
    });
    await checks.run('where the height is passed over, both go on alike and the plan is gone', async () => {
      await restart(HEIGHT);
      await block(HEIGHT, due);
      checks.equal(lines.at(-1), `UPGRADE "${NAME}" SKIPPED at ${HEIGHT}: ${INFO}`);
      checks.equal(ours.keepers.upgrade.plan(ours.queryContext(0n)), undefined);
      for (let h = HEIGHT + 1n; h < HEIGHT + 4n; h++) await block(h, request(h));
      await askUpgrade();
    });
    await ours.options.store.close();
  } finally {
    await simd.stop();
  }
  if (checks.failed === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`  homes: ${folder}`);
  return checks;
}

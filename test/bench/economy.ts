// Area `economy`: the begin and end of blocks of a chain with many validators and delegators, and withdrawals of rewards. Our application and
// simd are programs behind the same socket and get the same requests; what they answer and their stores' roots are compared, as a bench over
// different work says nothing. Ratios above 1 mean that ours is better.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MsgWithdrawDelegatorReward } from 'cosmjs-types/cosmos/distribution/v1beta1/tx';
import type { Application, FinalizeBlockRequest, FinalizeBlockResponse } from '../../chain/abci/application.ts';
import { connectApplication, type SocketApplication } from '../../chain/abci/socket/client.ts';
import { STORE_NAMES } from '../../chain/app/store-names.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { parseTime } from '../../chain/encoding/time.ts';
import { temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { type RunningProcess, startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { PeerMissing, peerProgram } from '../../testnet/peers/peers.ts';
import { difference, PARAMS } from '../differential/app/replay.ts';
import { CHAIN_ID } from '../differential/app/sign.ts';
import { everything, storeRoot } from '../interop/simd/state.ts';
import { type Chain, Fleet, signedTx } from '../interop/traffic/signer.ts';
import { type BenchValidator, BLOCK_NANOS, DELEGATIONS, stakedGenesis, UNBONDINGS, VALIDATORS } from './economy/genesis.ts';
import { type BenchRow, benchRow } from './rows.ts';
import { cpuSeconds, residentMegabytes } from './support/process-stats.ts';
import { initSimdHome } from './support/simd-home.ts';

const PEER = 'simd 0.53.4 over ABCI';
const SERVER = fileURLToPath(new URL('economy/server.ts', import.meta.url));
const CHAIN: Chain = { chainId: CHAIN_ID, prefix: 'cosmos', denom: 'stake', fee: 200n, unordered: false };
/** Blocks that are not counted: both sides run compiled code afterwards. */
const WARM = 60;
const BLOCKS = 200;
const WITHDRAWALS = 1000;
const WITHDRAWALS_PER_BLOCK = 100;
/** Store of the headers of the last blocks, which hold the root of all stores; those differ, as the applications have different ones. */
const HISTORICAL_INFO = '50';

interface Program {
  readonly app: SocketApplication;
  readonly process: RunningProcess;
}

interface Work {
  readonly init: Parameters<Application['initChain']>[0];
  readonly empty: readonly FinalizeBlockRequest[];
  readonly withdrawals: readonly FinalizeBlockRequest[];
}

interface Measured {
  blockCpuMicros: number;
  blockWallMicros: number;
  withdrawalCpuMicros: number;
  withdrawalWallMicros: number;
  megabytes: number;
  readonly answers: readonly FinalizeBlockResponse[];
  /** Root of each store after the last block, and the pairs of staking's without its headers. */
  readonly roots: ReadonlyMap<string, string>;
}

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');

async function behindSocket(file: string, args: (address: string) => readonly string[], log: string): Promise<Program> {
  const [port = 0] = await freePorts(1);
  const address = `tcp://127.0.0.1:${port}`;
  const process = startProcess(file, [...args(address)], { logFile: log });
  const app = await waitFor(
    'the ABCI socket',
    () => {
      if (process.exit() !== undefined) throw new Error(`${file} ended: ${readFileSync(log, 'utf8').slice(-2000)}`);
      return connectApplication(address);
    },
    60_000,
  );
  return { app, process };
}

/** Requests of blocks from `height` on; one validator in fifty misses each block. */
function requests(
  validators: readonly BenchValidator[],
  from: number,
  count: number,
  genesisTime: bigint,
  txs: (i: number) => readonly Uint8Array[],
): FinalizeBlockRequest[] {
  return Array.from({ length: count }, (_, i) => {
    const height = from + i;
    const votes =
      height === 1 ? [] : validators.map(({ address, power }, v) => ({ validator: { address, power }, blockIdFlag: (v + height) % 50 === 0 ? 1 : 2 }));
    return {
      txs: txs(i),
      decidedLastCommit: { round: 0, votes },
      misbehavior: [],
      hash: new Uint8Array(32).fill(height % 251),
      height: BigInt(height),
      time: genesisTime + BigInt(height) * BLOCK_NANOS,
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: (validators[(height * 7) % validators.length] as BenchValidator).address,
    };
  });
}

/** CPU and wall microseconds of the program for all requests. */
async function run(
  { app, process: p }: Program,
  list: readonly FinalizeBlockRequest[],
  answers: FinalizeBlockResponse[],
): Promise<{ cpu: number; wall: number }> {
  const cpu = cpuSeconds(p.pid);
  const start = performance.now();
  for (const request of list) {
    answers.push(await app.finalizeBlock(request));
    await app.commit();
  }
  return { cpu: (cpuSeconds(p.pid) - cpu) * 1e6, wall: (performance.now() - start) * 1e3 };
}

async function measure(program: Program, work: Work): Promise<Measured> {
  try {
    await program.app.initChain(work.init);
    const answers: FinalizeBlockResponse[] = [];
    await run(program, work.empty.slice(0, WARM), answers);
    const blocks = await run(program, work.empty.slice(WARM), answers);
    const withdrawals = await run(program, work.withdrawals, answers);
    const megabytes = residentMegabytes(program.process.pid);
    const height = (work.withdrawals.at(-1) as FinalizeBlockRequest).height;
    const roots = new Map<string, string>();
    for (const store of STORE_NAMES.filter((s) => s !== 'rotation' && s !== 'history')) {
      if (store !== 'staking') roots.set(store, hex(await storeRoot(program.app, store, height)));
      else for (const [key, value] of await everything(program.app, store)) if (!key.startsWith(HISTORICAL_INFO)) roots.set(`${store} ${key}`, value);
    }
    return {
      blockCpuMicros: blocks.cpu / BLOCKS,
      blockWallMicros: blocks.wall / BLOCKS,
      withdrawalCpuMicros: withdrawals.cpu / WITHDRAWALS,
      withdrawalWallMicros: withdrawals.wall / WITHDRAWALS,
      megabytes,
      answers,
      roots,
    };
  } finally {
    program.app.close();
    await program.process.stop();
  }
}

/** How many answers and roots were compared. Throws where one differs. */
function assertEqual(ours: Measured, peer: Measured): { results: number; events: number; roots: number } {
  const count = { results: 0, events: 0, roots: ours.roots.size };
  const shown = (v: unknown): string => JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? String(x) : x));
  for (const [i, b] of peer.answers.entries()) {
    const a = ours.answers[i] as FinalizeBlockResponse;
    if (shown(a.events) !== shown(b.events) || shown(a.validatorUpdates) !== shown(b.validatorUpdates)) {
      throw new Error(`block ${i + 1} differs: ours ${shown(a.events).slice(0, 1000)}, simd ${shown(b.events).slice(0, 1000)}`);
    }
    for (const [j, r] of b.txResults.entries()) {
      const why = r.code !== 0 ? `simd refused it: ${r.log}` : difference(a.txResults[j] as never, r);
      if (why !== undefined) throw new Error(`transaction ${j} of block ${i + 1}: ${why}`);
      count.results++;
      count.events += r.events.length;
    }
    count.events += b.events.length;
  }
  for (const [name, root] of peer.roots) if (ours.roots.get(name) !== root) throw new Error(`${name}: ours ${ours.roots.get(name)}, simd ${root}`);
  if (peer.roots.size !== ours.roots.size) throw new Error(`ours has ${ours.roots.size} roots and entries, simd ${peer.roots.size}`);
  return count;
}

export default async function* economy(): AsyncGenerator<BenchRow> {
  const simd = await peerProgram('simd').catch((e) => {
    if (e instanceof PeerMissing) return undefined;
    throw e;
  });
  if (simd === undefined) throw new Error('bench economy: simd is not installed; its genesis is what both begin with (../shared/peers/install simd)');
  const home = temporaryFolder('bench-economy');
  const fleet = new Fleet(DELEGATIONS, CHAIN.prefix, 1n);
  const [rpc = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(4);
  const ports = { rpc, p2p, grpc, rest };
  await initSimdHome(simd, home, { chainId: CHAIN_ID, denom: CHAIN.denom, accounts: fleet.accounts, ports, timeoutCommit: '1s', pruning: 'default' });
  const genesis = JSON.parse(readFileSync(join(home, 'config/genesis.json'), 'utf8'));
  const genesisTime = parseTime(genesis.genesis_time);
  const validators = stakedGenesis(genesis.app_state, fleet.accounts, genesisTime);
  const delegators = Array.from({ length: WITHDRAWALS }, () => fleet.take());
  const txs = delegators.map((from, i) => {
    const validatorAddress = genesis.app_state.staking.delegations.find(
      (d: { delegator_address: string }) => d.delegator_address === from.address,
    ).validator_address;
    const value = MsgWithdrawDelegatorReward.encode({ delegatorAddress: from.address, validatorAddress }).finish();
    return signedTx(CHAIN, from, [{ typeUrl: '/cosmos.distribution.v1beta1.MsgWithdrawDelegatorReward', value }], { gas: 300_000n, memo: String(i) });
  });
  const init = (state: object): Work['init'] => ({
    time: genesisTime,
    chainId: CHAIN_ID,
    consensusParams: PARAMS,
    validators: [],
    appStateBytes: utf8(JSON.stringify(state)),
    initialHeight: 1n,
  });
  const known = Object.fromEntries(Object.entries(genesis.app_state).filter(([name]) => !NOT_OURS.includes(name)));
  const work = {
    empty: requests(validators, 1, WARM + BLOCKS, genesisTime, () => []),
    withdrawals: requests(validators, WARM + BLOCKS + 1, WITHDRAWALS / WITHDRAWALS_PER_BLOCK, genesisTime, (i) =>
      txs.slice(i * WITHDRAWALS_PER_BLOCK, (i + 1) * WITHDRAWALS_PER_BLOCK),
    ),
  };
  const flags = ['--with-comet=false', '--transport', 'socket', '--grpc.enable=false', '--api.enable=false', '--minimum-gas-prices', '0stake'];
  const peer = await measure(await behindSocket(simd, (address) => ['start', '--home', home, ...flags, '--address', address], `${home}.log`), {
    ...work,
    init: init(genesis.app_state),
  });
  for (const mode of ['default', 'custom']) {
    const folder = temporaryFolder('bench-economy-ours');
    const ours = await measure(await behindSocket(process.execPath, (address) => [SERVER, folder, address, mode], `${folder}.log`), {
      ...work,
      init: init(known),
    });
    const count = assertEqual(ours, peer);
    if (mode === 'default') {
      console.log(`${VALIDATORS} validators, ${DELEGATIONS} delegations, ${UNBONDINGS} unbondings of which one ends in each block`);
      console.log(
        `equal on both sides: ${peer.answers.length} blocks, ${count.results} withdrawals, ${count.events} events, ${count.roots} store roots and entries of staking`,
      );
    }
    const suffix = mode === 'default' ? '' : ', mode custom';
    const row = (
      name: string,
      unit: string,
      key: 'blockCpuMicros' | 'blockWallMicros' | 'withdrawalCpuMicros' | 'withdrawalWallMicros' | 'megabytes',
    ): BenchRow => benchRow(`${name}${suffix}`, unit, 'lower', ours[key], PEER, peer[key]);
    yield row('begin and end of a block', 'µs CPU', 'blockCpuMicros');
    yield row('begin and end of a block, wall', 'µs', 'blockWallMicros');
    yield row('reward withdrawal', 'µs CPU per transaction', 'withdrawalCpuMicros');
    yield row('reward withdrawal, wall', 'µs per transaction', 'withdrawalWallMicros');
    yield row('resident memory', 'MB', 'megabytes');
  }
}

/** Modules of simd's genesis that are not ours. */
const NOT_OURS: readonly string[] = ['ibc', 'transfer', 'interchainaccounts', 'mock', 'params', '06-solomachine', '07-tendermint'];

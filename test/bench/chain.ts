// Area `chain`: one validator of ours beside one of Go simd, on the same machine in the same run: equal load, both paying fees, both with
// pruning "default"; the rows of our mode `custom` stand beside them. Ratios above 1 mean that ours is better.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { launcherProgram, temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { type RunningProcess, startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { PeerMissing, peerProgram } from '../../testnet/peers/peers.ts';
import iavl from './iavl.ts';
import { type BenchRow, benchRow } from './rows.ts';
import { type LoadAccount, loadAccounts, signedTransfers } from './support/accounts.ts';
import { type ExecutionFigures, oursExecuting, peerExecuting } from './support/block-execution.ts';
import { countCommitted, encodeBatches, latestHeight, rpcGet, sendBatches } from './support/driver.ts';
import { cpuSeconds, folderBytes, residentMegabytes } from './support/process-stats.ts';
import { initSimdHome, type SimdPorts } from './support/simd-home.ts';
import { initTrellisHome } from './support/trellis-home.ts';

const ACCOUNTS = 10_000;
const PEER = 'simd 0.53.4';
const EXECUTION_PLAN = { blocks: 6, txsPerBlock: 1000 };

interface Chain {
  readonly name: 'ours' | 'simd';
  readonly home: string;
  readonly ports: SimdPorts;
  readonly denom: string;
  readonly chainId: string;
  readonly accounts: readonly LoadAccount[];
  /** Account number of the first load account in the genesis. */
  readonly firstNumber: bigint;
  start(): RunningProcess;
}

interface Measured {
  startSeconds: number;
  idleMegabytes: number;
  cpuMicrosPerTx: number;
  wallTxPerSecond: number;
  loadedMegabytes: number;
  diskBytesPerTx: number;
  proofCpuMicros: number;
  proofPerSecond: number;
  replayTxPerSecond: number;
  replayBlocksPerSecond: number;
  committed: number;
}

async function upTo(chain: Chain, height: number): Promise<{ process: RunningProcess; seconds: number }> {
  const start = performance.now();
  const p = chain.start();
  await waitFor(
    `height ${height} of ${chain.name}`,
    async () => {
      if (p.exit() !== undefined) return true;
      return (await latestHeight(chain.ports.rpc)) >= height || undefined;
    },
    120_000,
    5,
  );
  if (p.exit() !== undefined) throw new Error(`${chain.name} ended: ${p.output().slice(-2000)}`);
  return { process: p, seconds: (performance.now() - start) / 1000 };
}

/** Nothing waits, and the block that took the last of it is told of: the mempool empties a moment before the height moves. */
async function settled(port: number): Promise<void> {
  await waitFor('an empty mempool', async () => Number((await rpcGet<{ total: string }>(port, 'num_unconfirmed_txs')).total) === 0 || undefined, 120_000, 10);
  const height = await latestHeight(port);
  await waitFor('one more height', async () => (await latestHeight(port)) > height || undefined, 30_000, 10);
}

async function measure(chain: Chain, count: number): Promise<Measured> {
  const data = join(chain.home, 'data');
  const port = chain.ports.rpc;
  const first = await upTo(chain, 2);
  await first.process.stop();
  const again = await latestStart(chain);
  let p = again.process;
  try {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const idleMegabytes = residentMegabytes(p.pid);
    const warm = Math.min(ACCOUNTS, Math.floor(count / 4));
    const all = signedTransfers({
      chainId: chain.chainId,
      denom: chain.denom,
      accounts: chain.accounts,
      firstNumber: chain.firstNumber,
      firstSequence: 0n,
      count: warm + count,
      fee: '200',
    });
    const sendAll = async (txs: readonly Uint8Array[]): Promise<void> => {
      const r = await sendBatches(port, encodeBatches(txs), 4, 4000);
      if (r.accepted !== txs.length) throw new Error(`${chain.name} accepted ${r.accepted} of ${txs.length}: ${r.refused}`);
      await settled(port);
    };
    await sendAll(all.slice(0, warm));
    const bytesBefore = folderBytes(data);
    const from = await latestHeight(port);
    const cpuBefore = cpuSeconds(p.pid);
    const start = performance.now();
    const main = sendAll(all.slice(warm));
    let loadedMegabytes = 0;
    const watch = setInterval(() => {
      loadedMegabytes = Math.max(loadedMegabytes, residentMegabytes(p.pid));
    }, 250);
    await main;
    clearInterval(watch);
    const wall = (performance.now() - start) / 1000;
    const cpu = cpuSeconds(p.pid) - cpuBefore;
    const to = await latestHeight(port);
    const { txs, failed } = await countCommitted(port, from, to);
    if (txs !== count || failed !== 0) throw new Error(`${chain.name} committed ${txs} of ${count}, ${failed} failed`);
    const proofs = await measureProofs(chain, p.pid, 10_000);
    // Bytes on disk are read after a clean stop, when logs are flushed and files have their final size.
    await p.stop();
    const diskBytesPerTx = (folderBytes(data) - bytesBefore) / count;
    const replay = await measureReplay(chain);
    return {
      startSeconds: again.seconds,
      idleMegabytes,
      cpuMicrosPerTx: (cpu * 1e6) / count,
      wallTxPerSecond: count / wall,
      loadedMegabytes,
      diskBytesPerTx,
      proofCpuMicros: proofs.cpuMicros,
      proofPerSecond: proofs.perSecond,
      replayTxPerSecond: (warm + count) / replay.seconds,
      replayBlocksPerSecond: replay.blocks / replay.seconds,
      committed: txs,
    };
  } finally {
    p = again.process;
    await p.stop();
  }
}

/** The median of three starts of a home that has blocks: from the start of the process to the first height after the one it answers first. */
async function latestStart(chain: Chain): Promise<{ process: RunningProcess; seconds: number }> {
  const { rpc } = chain.ports;
  const seconds: number[] = [];
  for (let i = 0; ; i++) {
    const start = performance.now();
    const { process: p } = await upTo(chain, 1);
    const stored = await latestHeight(rpc);
    await waitFor('a new height', async () => (await latestHeight(rpc)) > stored || undefined, 30_000, 5);
    seconds.push((performance.now() - start) / 1000);
    if (i === 2) return { process: p, seconds: seconds.sort((x, y) => x - y)[1] as number };
    await p.stop();
  }
}

/** Resident memory of a node without load accounts, some seconds after its start. */
async function idleMegabytes(chain: Chain): Promise<number> {
  const { process: p } = await upTo(chain, 2);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const megabytes = residentMegabytes(p.pid);
  await p.stop();
  return megabytes;
}

async function measureProofs(chain: Chain, pid: number, count: number): Promise<{ cpuMicros: number; perSecond: number }> {
  const { bech32Decode } = await import('../../chain/crypto/bech32.ts');
  const port = chain.ports.rpc;
  const denom = Buffer.from(chain.denom);
  const ask = async (i: number): Promise<void> => {
    const address = bech32Decode((chain.accounts[(i * 37) % chain.accounts.length] as LoadAccount).address).bytes;
    const key = Buffer.concat([Buffer.from([2, address.length]), address, denom]).toString('hex');
    const r = await rpcGet<{ response: { code: number; proofOps: { ops: object[] } | null } }>(
      port,
      `abci_query?path="/store/bank/key"&data=0x${key}&prove=true`,
    );
    if (r.response.code !== 0 || r.response.proofOps?.ops.length !== 2) throw new Error(`${chain.name}: no proof: ${JSON.stringify(r).slice(0, 300)}`);
  };
  for (let i = 0; i < 1000; i++) await ask(i); // until both sides run compiled code
  const before = cpuSeconds(pid);
  const start = performance.now();
  for (let i = 0; i < count; i += 4) await Promise.all([0, 1, 2, 3].map((k) => ask(i + k)));
  const seconds = (performance.now() - start) / 1000;
  return { cpuMicros: ((cpuSeconds(pid) - before) * 1e6) / count, perSecond: count / seconds };
}

/** Application state removed: the node replays every stored block into an empty application before it goes on. */
async function measureReplay(chain: Chain): Promise<{ seconds: number; blocks: number }> {
  const baseline = await upTo(chain, 1);
  const height = await latestHeight(chain.ports.rpc);
  await baseline.process.stop();
  const kept = temporaryFolder('replay');
  cpSync(chain.home, kept, { recursive: true });
  for (const folder of ['application.db', 'snapshots']) rmSync(join(chain.home, 'data', folder), { recursive: true, force: true });
  const replayed = await upTo(chain, height);
  await replayed.process.stop();
  rmSync(kept, { recursive: true });
  return { seconds: Math.max(0.001, replayed.seconds - baseline.seconds), blocks: height };
}

async function ours(accounts: readonly LoadAccount[], pruning: string): Promise<Chain> {
  const [rpc = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(4);
  const home = temporaryFolder('bench-ours');
  const base = { home, ports: { rpc, p2p, grpc, rest }, denom: 'utrel', chainId: 'bench-1', accounts };
  await initTrellisHome(home, { ...base, timeoutCommit: '500ms', pruning });
  return {
    name: 'ours',
    ...base,
    firstNumber: 0n,
    start: () => startProcess(process.execPath, [launcherProgram, 'start', '--home', home], { logFile: `${home}.log` }),
  };
}

async function simd(accounts: readonly LoadAccount[]): Promise<Chain> {
  const program = await peerProgram('simd');
  const [rpc = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(4);
  const home = temporaryFolder('bench-simd');
  const base = { home, ports: { rpc, p2p, grpc, rest }, denom: 'stake', chainId: 'bench-1', accounts };
  await initSimdHome(program, home, { ...base, timeoutCommit: '500ms', pruning: 'default' });
  return { name: 'simd', ...base, firstNumber: 1n, start: () => startProcess(program, ['start', '--home', home], { logFile: `${home}.log` }) };
}

export default async function* chain(args: readonly string[]): AsyncGenerator<BenchRow> {
  const at = args.indexOf('--count');
  const count = at < 0 ? 20_000 : Number(args[at + 1]);
  let peer: Measured | undefined;
  let peerName = PEER;
  try {
    peer = await measure(await simd(loadAccounts(ACCOUNTS, 'cosmos')), count);
  } catch (e) {
    if (!(e instanceof PeerMissing)) throw e;
    peerName = e.message;
  }
  const own = await measure(await ours(loadAccounts(ACCOUNTS, 'trellis'), 'custom'), count);
  const persisted = await measure(await ours(loadAccounts(ACCOUNTS, 'trellis'), 'default'), count);
  const both = (name: string, unit: string, key: keyof Measured, better: 'higher' | 'lower'): BenchRow[] => [
    benchRow(name, unit, better, persisted[key], peerName, peer?.[key] ?? null),
    benchRow(`${name}, mode custom`, unit, better, own[key], peerName, peer?.[key] ?? null),
  ];
  yield* both('committed-msgsend', 'µs server CPU per transaction', 'cpuMicrosPerTx', 'lower');
  yield* both('committed-msgsend wall', 'transactions per second', 'wallTxPerSecond', 'higher');
  yield* both('proof query', 'µs server CPU per query', 'proofCpuMicros', 'lower');
  yield* both('proof query wall', 'queries per second', 'proofPerSecond', 'higher');
  yield* both('stored-chain replay', 'transactions per second', 'replayTxPerSecond', 'higher');
  yield* both('stored-chain replay blocks', 'blocks per second', 'replayBlocksPerSecond', 'higher');
  yield* both('start to first height, second start on', 's', 'startSeconds', 'lower');
  const idle = await idleMegabytes(await ours(loadAccounts(1, 'trellis'), 'custom'));
  const peerIdle = peer === undefined ? null : await idleMegabytes(await simd(loadAccounts(1, 'cosmos')));
  yield benchRow('resident memory, idle', 'MB', 'lower', idle, peerName, peerIdle);
  yield* both(`resident memory, idle with ${ACCOUNTS} accounts`, 'MB', 'idleMegabytes', 'lower');
  yield* both('resident memory, loaded', 'MB', 'loadedMegabytes', 'lower');
  yield* both('disk per transfer with index', 'bytes', 'diskBytesPerTx', 'lower');
  yield* execution();
  yield* iavl();
}

/** FinalizeBlock and Commit alone; the peer behind the ABCI socket, whose decoding counts to it. */
async function* execution(): AsyncGenerator<BenchRow> {
  let peer: ExecutionFigures | undefined;
  let peerName = `${PEER} over ABCI`;
  try {
    const { home } = await simd(loadAccounts(ACCOUNTS, 'cosmos'));
    peer = await peerExecuting(await peerProgram('simd'), home, EXECUTION_PLAN);
  } catch (e) {
    if (!(e instanceof PeerMissing)) throw e;
    peerName = e.message;
  }
  const own = await oursExecuting(EXECUTION_PLAN);
  const unit = 'µs CPU per transaction';
  yield benchRow('block execution alone, transactions checked before', unit, 'lower', own.known, peerName, peer?.known ?? null);
  yield benchRow('block execution alone, new transactions', unit, 'lower', own.unknown, peerName, peer?.unknown ?? null);
  yield benchRow('check of a new transaction', unit, 'lower', own.check, peerName, peer?.check ?? null);
}

// Figures of one network: without load, under a fixed moderate rate, and with as many transactions as it takes.
import { waitFor } from '../../../testnet/launcher/wait.ts';
import { signedTransfers } from '../support/accounts.ts';
import { countCommitted, encodeBatches, latestHeight, rpcGet, sendBatches } from '../support/driver.ts';
import { cpuSeconds, residentMegabytes } from '../support/process-stats.ts';
import { type HeardBlock, listen, txHash } from './block-events.ts';
import { FEE, type Stack, type StackNode } from './stack.ts';

export interface Quiet {
  /** Milliseconds between blocks, median. */
  readonly intervalMs: number;
  readonly bytesPerBlock: number;
  readonly cpuMsPerBlock: number;
  /** Of one validator with the application beside it, the largest of all. */
  readonly megabytes: number;
}

export interface Steady {
  readonly intervalMs: number;
  readonly latencyMs: number;
  readonly latencyP99Ms: number;
  readonly bytesPerBlock: number;
  readonly cpuMicrosPerTx: number;
}

export interface Full {
  readonly txPerSecond: number;
  readonly cpuMicrosPerTx: number;
  readonly megabytes: number;
  readonly blocks: number;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Of all validators and their applications. */
export const serverCpu = (stack: Stack): number => sum(stack.nodes.flatMap((n) => n.pids().map(cpuSeconds)));
const nodeMegabytes = (n: StackNode): number => sum(n.pids().map(residentMegabytes));
const largestMegabytes = (stack: Stack): number => Math.max(...stack.nodes.filter((n) => n.pids().length > 0).map(nodeMegabytes));

/** Payload bytes of messages that the nodes have given to their transport: counters of the same name in all three programs. */
async function sentBytes(stack: Stack): Promise<number> {
  const of = async (n: StackNode): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${n.metricsPort}/metrics`)).text();
    const values = [...text.matchAll(/^cometbft_p2p_message_send_bytes_total\{.*\} (\S+)$/gm)].map((m) => Number(m[1]));
    if (values.length === 0) throw new Error(`${n.name} tells of no bytes sent`);
    return sum(values);
  };
  return sum(await Promise.all(stack.nodes.map(of))) / stack.nodes.length;
}

const intervals = (blocks: readonly HeardBlock[]): number[] => blocks.slice(1).map((b, i) => b.at - (blocks[i] as HeardBlock).at);

/** All nodes have some blocks: accounts of the genesis are known to CheckTx from the first one on. */
export async function underWay(stack: Stack, height = 5): Promise<void> {
  for (const n of stack.nodes) {
    if (n.pids().length > 0) await waitFor(`height ${height} of ${n.name}`, async () => (await latestHeight(n.rpcPort)) >= height || undefined, 120_000, 100);
  }
}

export async function measureQuiet(stack: Stack, blocks: number): Promise<Quiet> {
  const port = (stack.nodes[0] as StackNode).rpcPort;
  await underWay(stack);
  const events = await listen(port);
  const heard = (count: number): Promise<unknown> => waitFor('blocks', () => events.blocks.length >= count || undefined, 120_000, 5);
  await heard(3);
  const from = events.blocks.length;
  const bytes = await sentBytes(stack);
  const cpu = serverCpu(stack);
  await heard(from + blocks);
  const cpuMsPerBlock = ((serverCpu(stack) - cpu) * 1000) / (events.blocks.length - from);
  const bytesPerBlock = ((await sentBytes(stack)) - bytes) / (events.blocks.length - from);
  events.close();
  return { intervalMs: quantile(intervals(events.blocks.slice(from - 1)), 0.5), bytesPerBlock, cpuMsPerBlock, megabytes: largestMegabytes(stack) };
}

/** One transaction at a time to each node in turn, `perSecond` of all, from the first `accounts` accounts: an account always goes to one node. */
export async function measureSteady(stack: Stack, accounts: number, perSecond: number, seconds: number): Promise<Steady> {
  const count = perSecond * seconds;
  const { chainId, denom, firstNumber, nodes } = stack;
  const txs = signedTransfers({
    chainId,
    denom,
    accounts: stack.accounts.slice(0, accounts),
    firstNumber,
    firstSequence: 0n,
    count,
    fee: FEE,
  });
  await underWay(stack);
  const events = await listen((nodes[0] as StackNode).rpcPort);
  await waitFor('a block', () => events.blocks.length > 0 || undefined, 30_000, 5);
  const from = events.blocks.length;
  const bytes = await sentBytes(stack);
  const cpu = serverCpu(stack);
  const sentAt = new Map<string, number>();
  const refused: string[] = [];
  const start = performance.now();
  const replies: Promise<void>[] = [];
  for (const [i, tx] of txs.entries()) {
    const due = start + (i * 1000) / perSecond;
    if (due > performance.now()) await pause(due - performance.now());
    sentAt.set(txHash(tx), performance.now());
    const port = (nodes[(i % accounts) % nodes.length] as StackNode).rpcPort;
    const sent = rpcGet<{ code: number; log: string }>(port, `broadcast_tx_sync?tx=0x${Buffer.from(tx).toString('hex')}`);
    replies.push(
      sent.then(
        (r) => {
          if (r.code !== 0) refused.push(r.log);
        },
        (e: Error) => {
          refused.push(e.message);
        },
      ),
    );
  }
  await Promise.all(replies);
  if (refused.length > 0) throw new Error(`${stack.name} refused ${refused.length} of ${count}: ${refused[0]}`);
  const latencies = (): number[] => events.blocks.flatMap((b) => b.txs.flatMap((t) => (sentAt.has(t) ? [b.at - (sentAt.get(t) as number)] : [])));
  await waitFor(`all transactions in blocks of ${stack.name}`, () => latencies().length >= count || undefined, 60_000, 20);
  const blocks = events.blocks.length - from;
  const cpuMicrosPerTx = ((serverCpu(stack) - cpu) * 1e6) / count;
  const bytesPerBlock = ((await sentBytes(stack)) - bytes) / blocks;
  events.close();
  const all = latencies();
  return {
    intervalMs: quantile(intervals(events.blocks.slice(from)), 0.5),
    latencyMs: quantile(all, 0.5),
    latencyP99Ms: quantile(all, 0.99),
    bytesPerBlock,
    cpuMicrosPerTx,
  };
}

/** Nothing waits anywhere, and the block that took the last of it is told of. */
async function settled(stack: Stack): Promise<void> {
  for (const { rpcPort } of stack.nodes) {
    await waitFor(
      'an empty mempool',
      async () => Number((await rpcGet<{ total: string }>(rpcPort, 'num_unconfirmed_txs')).total) === 0 || undefined,
      180_000,
      20,
    );
  }
  const port = (stack.nodes[0] as StackNode).rpcPort;
  const height = await latestHeight(port);
  await waitFor('one more height', async () => (await latestHeight(port)) > height || undefined, 60_000, 20);
}

/** Batches of ten to all nodes at once, one transaction from each of `count` accounts after the first `skip`. */
export async function measureFull(stack: Stack, skip: number, warm: number, count: number): Promise<Full> {
  const { chainId, denom, firstNumber, nodes } = stack;
  const txs = signedTransfers({
    chainId,
    denom,
    accounts: stack.accounts.slice(skip, skip + warm + count),
    firstNumber: firstNumber + BigInt(skip),
    firstSequence: 0n,
    count: warm + count,
    fee: FEE,
  });
  const sendAll = async (part: readonly Uint8Array[]): Promise<void> => {
    const shares = nodes.map((_, i) => part.filter((_, k) => k % nodes.length === i));
    await Promise.all(
      nodes.map(async (n, i) => {
        const share = shares[i] as readonly Uint8Array[];
        const r = await sendBatches(n.rpcPort, encodeBatches(share), 1, 2000);
        if (r.accepted !== share.length) throw new Error(`${n.name} accepted ${r.accepted} of ${share.length}: ${r.refused}`);
      }),
    );
    await settled(stack);
  };
  await sendAll(txs.slice(0, warm));
  const port = (nodes[0] as StackNode).rpcPort;
  const from = await latestHeight(port);
  const cpu = serverCpu(stack);
  const start = performance.now();
  let megabytes = 0;
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes, largestMegabytes(stack));
  }, 500);
  try {
    await sendAll(txs.slice(warm));
  } finally {
    clearInterval(watch);
  }
  const seconds = (performance.now() - start) / 1000;
  const spent = serverCpu(stack) - cpu;
  const to = await latestHeight(port);
  const committed = await countCommitted(port, from, to);
  if (committed.txs !== count || committed.failed !== 0) throw new Error(`${stack.name} committed ${committed.txs} of ${count}, ${committed.failed} failed`);
  return { txPerSecond: count / seconds, cpuMicrosPerTx: (spent * 1e6) / count, megabytes, blocks: to - from };
}

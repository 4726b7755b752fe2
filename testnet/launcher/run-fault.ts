// Does a fault to a node of a network: it ends after its time, and then the node must come back to the others.
import { existsSync, statSync } from 'node:fs';
import { beginFault, FaultNotRun } from './apply-fault.ts';
import { faultText, type NodeFault } from './fault.ts';
import type { TestNetwork, TestNode } from './network.ts';
import { type RpcStatus, rpcResult } from './rpc.ts';
import { waitFor } from './wait.ts';

/** A node is back when it is this close to the highest of the others. */
const NEAR = 2;
const BACK_MS = 180_000;
const LATE_MS = 300_000;
const BLOCKS_MS = 120_000;

/** A stretch of a log in which the fault explains what else would be a failure. */
export interface Explained {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

export interface FaultReport {
  readonly fault: NodeFault;
  /** Why it was not done, where it was not. */
  readonly notRun?: string;
  /** The highest height at its begin, at its end, and when the node was back. */
  readonly began: number;
  readonly ended: number;
  readonly back: number;
  readonly explained: readonly Explained[];
}

async function highest(nodes: readonly TestNode[]): Promise<number> {
  const heights = await Promise.all(nodes.filter((n) => n.isRunning).map((n) => n.height(2000).catch(() => 0)));
  return Math.max(0, ...heights);
}

/** While it fetches blocks a validator does not vote: it is still away. */
async function isCaughtUp(node: TestNode): Promise<boolean> {
  return !(await rpcResult<RpcStatus>(node.rpc, 'status', 2000)).sync_info.catching_up;
}

const size = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** CometBFT's block_time_tolerance: blocks so far ahead of its clock are no blocks to a node. */
const TOLERANCE_MS = 60_000;

/** A node without its disk, a Go engine without its application, a node to which the others live in the future: these fail by their design. */
const explains = (f: NodeFault): boolean =>
  f.fault === 'disk-full' || (f.fault === 'kill' && f.part === 'application') || (f.fault === 'clock-skew' && f.skewMs <= -TOLERANCE_MS);

/** A node without links gets no further than the block that it was about to commit. */
async function hearsNothing(node: TestNode, over: () => Promise<void>): Promise<void> {
  const before = await node.height();
  await over();
  const after = await node.height();
  if (after > before + 1) throw new Error(`went from height ${before} to ${after} without a link: something goes around the relays`);
}

/** Throws, naming the fault, where the node answers it wrongly or does not come back. */
export async function runFault(net: TestNetwork, fault: NodeFault): Promise<FaultReport> {
  const node = net.node(fault.node);
  const others = net.nodes.filter((n) => n !== node);
  const files = [node.logFile, node.applicationLogFile];
  const from = files.map(size);
  const began = await highest(others);
  try {
    const heal = await beginFault(net, fault);
    const end = performance.now() + fault.forMs;
    const over = async (): Promise<void> => {
      await waitFor('the end of the fault', () => performance.now() >= end, fault.forMs + LATE_MS, 50);
      const { untilBlocks = 0 } = fault;
      await waitFor(`${untilBlocks} blocks of the others`, async () => (await highest(others)) >= began + untilBlocks, BLOCKS_MS, 100);
    };
    if (fault.fault === 'disconnect' && fault.peer === undefined) await hearsNothing(node, over);
    else await over();
    const ended = await highest(others);
    await heal();
    const explained = explains(fault) ? files.map((file, i) => ({ file, from: from[i] ?? 0, to: size(file) })) : [];
    await waitFor(`${node.name} to be back`, async () => (await isCaughtUp(node)) && (await node.height(2000)) + NEAR >= (await highest(others)), BACK_MS, 200);
    return { fault, began, ended, back: await highest(others), explained };
  } catch (e) {
    if (e instanceof FaultNotRun) return { fault, notRun: e.message, began, ended: began, back: began, explained: [] };
    throw new Error(`${faultText(fault)}: ${(e as Error).message}`);
  }
}

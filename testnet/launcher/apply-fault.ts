// Does a fault to a real network. What it returns ends the fault; the node is then as it was, but behind.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeFault } from './fault.ts';
import { GOOD_LINK, type LinkCondition } from './link-line.ts';
import type { Links } from './links.ts';
import type { TestNetwork, TestNode } from './network.ts';
import { canTrace, failWrites } from './small-disk.ts';
import { waitFor } from './wait.ts';

/** This machine cannot do the fault; the message says why. */
export class FaultNotRun extends Error {}

export type Heal = () => Promise<void>;

/** Writes that fail end a node with the next block. */
const ENDS_MS = 60_000;

function linksOf(net: TestNetwork): Links {
  if (net.links === undefined) throw new FaultNotRun('the network has no relays between its nodes');
  return net.links;
}

function conditionOf(f: NodeFault): LinkCondition {
  if (f.fault === 'disconnect') return { ...GOOD_LINK, cut: true };
  if (f.fault === 'slow') return { ...GOOD_LINK, delayMs: f.delayMs, jitterMs: f.jitterMs };
  if (f.fault === 'loss') return { ...GOOD_LINK, loss: f.loss };
  throw new Error(`${f.fault} is no fault of links`);
}

/** Tells the running node; it may end of it, as it must where the others' blocks are too far in its future. */
async function skewClock(node: TestNode, ms: number): Promise<Heal> {
  const process = node.part('engine');
  if (!node.hasSkewableClock || process === undefined)
    throw new FaultNotRun('only a TypeScript node whose manifest has this fault takes its clock from outside');
  const tell = async (skew: number): Promise<void> => {
    const told = `the clock is off by ${skew} ms`;
    const before = process.output().split(told).length;
    writeFileSync(join(node.home, 'clock-skew'), String(skew));
    process.signal('SIGUSR2');
    await waitFor(`the clock of ${node.name}`, () => process.exit() !== undefined || process.output().split(told).length > before);
  };
  await tell(ms);
  return async () => {
    await tell(0);
    if (!node.isRunning) await node.start();
  };
}

/** The node must end and say that it failed. CometBFT's process stays when its consensus has failed, and is ended here. */
async function endsByItself(node: TestNode, before: number): Promise<void> {
  const parts = (['engine', 'application'] as const).map((p) => node.part(p)).filter((p) => p !== undefined);
  const failed = (): boolean => node.spec.kind === 'go' && readFileSync(node.logFile).subarray(before).includes('CONSENSUS FAILURE');
  await waitFor(`${node.name} to end on a full disk`, () => parts.some((p) => p.exit() !== undefined) || failed(), ENDS_MS, 100);
  const fine = parts.find((p) => p.exit()?.code === 0);
  if (fine !== undefined) throw new Error(`${node.name} ended on a full disk as if nothing were wrong:\n${fine.output().slice(-1000)}`);
  await node.kill();
}

async function fillDisk(node: TestNode): Promise<Heal> {
  const { disk } = node;
  const before = statSync(node.logFile).size;
  if (disk !== undefined) {
    disk.fill();
    try {
      await endsByItself(node, before);
    } catch (e) {
      disk.empty();
      throw e;
    }
    return async () => {
      disk.empty();
      await node.start();
    };
  }
  const pid = node.pids.node;
  if (pid === undefined || !canTrace()) throw new FaultNotRun('this user may neither mount a tmpfs nor trace processes');
  const strace = failWrites(pid, join(node.home, 'data/cs.wal/wal'));
  try {
    await endsByItself(node, before);
  } finally {
    await strace.stop();
  }
  return () => node.start();
}

/** Begins it. Throws FaultNotRun where it cannot be done here, and Error where the node answers it wrongly. */
export async function beginFault(net: TestNetwork, f: NodeFault): Promise<Heal> {
  const node = net.node(f.node);
  switch (f.fault) {
    case 'kill':
      await node.kill(f.part);
      return async () => {
        // CometBFT begins to stop when its application is gone, but may wait for ever for an answer of it.
        if (f.part === 'application') await node.kill('engine');
        await node.start();
      };
    case 'restart': {
      await node.stop();
      for (const part of ['engine', 'application'] as const) {
        const exit = node.part(part)?.exit();
        if (exit !== undefined && exit.code !== 0) throw new Error(`SIGTERM ended the ${part} of ${node.name} with ${exit.signal ?? exit.code}`);
      }
      return () => node.start();
    }
    case 'pause':
      node.pause(f.part);
      return async () => node.resume(f.part);
    case 'disconnect':
    case 'slow':
    case 'loss': {
      const links = linksOf(net);
      links.set(conditionOf(f), f.node, f.peer);
      return async () => links.set(GOOD_LINK, f.node, f.peer);
    }
    case 'clock-skew':
      return skewClock(node, f.skewMs);
    case 'disk-full':
      return fillDisk(node);
  }
}

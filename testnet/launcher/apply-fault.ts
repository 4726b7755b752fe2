// Does a fault to a real network. What it returns ends the fault; the node is then as it was, but behind.
import type { NodeFault } from './fault.ts';
import { GOOD_LINK, type LinkCondition } from './link-line.ts';
import type { Links } from './links.ts';
import type { TestNetwork } from './network.ts';

/** This machine cannot do the fault; the message says why. */
export class FaultNotRun extends Error {}

export type Heal = () => Promise<void>;

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
  }
}

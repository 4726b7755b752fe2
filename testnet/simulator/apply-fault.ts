// What a fault of a scenario does to a simulated network. Each returns what ends it.
import type { Fault } from '../faults/fault.ts';
import type { SimNetwork } from './network.ts';
import { nodeName, type SimNode } from './node.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface FaultTarget {
  readonly nodes: readonly SimNode[];
  readonly network: SimNetwork;
  readonly time: VirtualTime;
  readonly onFailPoint: Set<(node: SimNode, point: string) => void>;
}

const MILLI = 1000;
const nothing = (): void => undefined;

/** Both ways. */
const between = (a: string, b: string) => (from: string, to: string) => (from === a && to === b) || (from === b && to === a);

export function applyFault(t: FaultTarget, f: Fault): () => void {
  const { network, time } = t;
  const node = 'node' in f ? t.nodes[f.node] : undefined;
  switch (f.type) {
    case 'crash':
      if (node === undefined) return nothing;
      node.kill();
      if (f.forgets === true) node.forgetApplication();
      return () => node.start();
    case 'crash-at-operation': {
      if (node === undefined) return nothing;
      let left = f.operation;
      const { disk } = node;
      disk.onOperation = () => {
        if (--left === 0) die(time, node);
      };
      return () => {
        disk.onOperation = nothing;
        node.start();
      };
    }
    case 'crash-at-point': {
      if (node === undefined) return nothing;
      let left = f.pass;
      const listener = (n: SimNode, point: string): void => {
        if (n === node && point === f.point && --left === 0) die(time, node);
      };
      t.onFailPoint.add(listener);
      return () => {
        t.onFailPoint.delete(listener);
        node.start();
      };
    }
    case 'restart':
      node?.stop(nothing);
      return () => {
        // An end that hangs is ended by force.
        node?.kill();
        node?.start();
      };
    case 'pause': {
      const process = node?.process;
      if (process === undefined) return nothing;
      time.pause(process);
      return () => time.resume(process);
    }
    case 'partition': {
      const groupOf = new Map(f.groups.flatMap((g, i) => g.map((n) => [nodeName(n), i] as const)));
      return network.block((from, to) => groupOf.get(from) !== groupOf.get(to));
    }
    case 'ring': {
      const n = t.nodes.length;
      const index = new Map(t.nodes.map((x) => [x.name, x.index]));
      return network.block((from, to) => {
        const distance = Math.abs((index.get(from) ?? 0) - (index.get(to) ?? 0));
        return distance !== 1 && distance !== n - 1;
      });
    }
    case 'one-way': {
      const from = new Set(f.from.map(nodeName));
      const to = new Set(f.to.map(nodeName));
      return network.block((a, b) => from.has(a) && to.has(b));
    }
    case 'link-down': {
      const [a, b] = [nodeName(f.a), nodeName(f.b)];
      const end = network.block(between(a, b));
      network.disconnect(a, b);
      return end;
    }
    case 'flapping':
      return flap(t, nodeName(f.a), nodeName(f.b), f.period);
    case 'loss':
      network.conditions.loss += f.rate;
      return () => {
        network.conditions.loss -= f.rate;
      };
    case 'duplicates':
      network.conditions.duplicates += f.rate;
      return () => {
        network.conditions.duplicates -= f.rate;
      };
    case 'delay':
      network.conditions.jitter += f.ms * MILLI;
      return () => {
        network.conditions.jitter -= f.ms * MILLI;
      };
    case 'clock-skew':
      if (node === undefined) return nothing;
      node.skew(f.ms);
      return () => node.skew(0);
    case 'disk-full':
      if (node === undefined) return nothing;
      node.disk.isFull = true;
      return () => {
        node.disk.isFull = false;
        node.start();
      };
  }
}

/** In the middle of its own event: what it still does in it has no effect any more. */
function die(time: VirtualTime, node: SimNode): void {
  const { process } = node;
  if (process === undefined) return;
  process.alive = false;
  time.after(0, time.world, () => {
    if (node.process === process) node.kill();
  });
}

function flap({ network, time }: FaultTarget, a: string, b: string, period: number): () => void {
  let end: (() => void) | undefined;
  let over = false;
  const turn = (): void => {
    if (over) return;
    if (end === undefined) end = network.block(between(a, b));
    else {
      end();
      end = undefined;
    }
    time.after(period * MILLI, time.world, turn);
  };
  turn();
  return () => {
    over = true;
    end?.();
  };
}

// Which fault comes next, from the seed alone. One at a time: one of four validators may be away. Full nodes are never restarted, so that their
// memory is seen to grow, if it does, from the first to the last minute.
import type { NodeFault } from '../../../testnet/launcher/fault.ts';
import type { NodeSpec } from '../../../testnet/launcher/manifest.ts';
import type { Random } from '../../../testnet/simulator/random.ts';

type Kind = 'kill' | 'kill-application' | 'pause' | 'pause-application' | 'restart' | 'disconnect' | 'disconnect-link' | 'slow' | 'loss';

export function faultKinds(spec: NodeSpec): readonly Kind[] {
  const away: readonly Kind[] = ['pause', 'disconnect', 'disconnect-link', 'slow', 'loss'];
  if ((spec.power ?? 0) === 0) return away;
  const ends: readonly Kind[] = ['kill', 'kill', 'restart', 'restart'];
  return spec.kind === 'go' ? [...away, ...ends, 'kill-application', 'pause-application'] : [...away, ...ends];
}

export function nextFault(random: Random, specs: readonly NodeSpec[]): NodeFault {
  const validators = specs.filter((s) => (s.power ?? 0) > 0);
  const spec = random.chance(0.2) ? random.pick(specs) : random.pick(validators);
  const node = spec.name;
  const forMs = random.between(4000, 12_000);
  const peer = random.pick(specs.filter((s) => s !== spec)).name;
  switch (random.pick(faultKinds(spec))) {
    case 'kill':
      // A Go node's application stays, and the engine comes back to it.
      return { node, fault: 'kill', forMs: random.chance(0.5) ? 0 : forMs, part: 'engine' };
    case 'kill-application':
      return { node, fault: 'kill', forMs, part: 'application' };
    case 'pause':
      return { node, fault: 'pause', forMs };
    case 'pause-application':
      return { node, fault: 'pause', forMs, part: 'application' };
    case 'restart':
      return { node, fault: 'restart', forMs: random.chance(0.5) ? 0 : forMs };
    case 'disconnect':
      return { node, fault: 'disconnect', forMs };
    case 'disconnect-link':
      return { node, fault: 'disconnect', forMs, peer };
    case 'slow':
      return { node, fault: 'slow', forMs, delayMs: random.between(20, 200), jitterMs: random.between(0, 100) };
    case 'loss':
      return { node, fault: 'loss', forMs, loss: random.between(2, 15) / 100 };
  }
}

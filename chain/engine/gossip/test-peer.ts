// For tests of gossip: a peer that records what it is sent, and a consensus core with a reactor whose engine is a record too.
import type { Host } from '../../consensus/test-harness.ts';
import type { Peer } from '../../p2p/reactor.ts';
import { type ConsensusMessage, decodeConsensusMessage } from '../../types/messages/consensus.ts';
import type { GossipEngine, PeerInput } from './engine-view.ts';

export class TestPeer implements Peer {
  readonly id: string;
  readonly outbound = true;
  readonly unconditional = false;
  readonly sent: { readonly channel: number; readonly bytes: Uint8Array }[] = [];
  dropped: string | undefined;
  /** Whether what is delivered arrives. */
  delivers = true;

  constructor(id: string) {
    this.id = id;
  }

  send(channel: number, bytes: Uint8Array): boolean {
    this.sent.push({ channel, bytes });
    return true;
  }

  async deliver(channel: number, bytes: Uint8Array): Promise<boolean> {
    this.sent.push({ channel, bytes });
    return this.delivers;
  }

  waiting(): number {
    return 0;
  }

  drop(reason: string): void {
    this.dropped = reason;
  }

  /** Consensus messages that were sent, taken out. */
  take(): ConsensusMessage[] {
    return this.sent.splice(0).map((m) => decodeConsensusMessage(m.bytes));
  }
}

const NO_BLOCKS: GossipEngine['blockStore'] = {
  base: 0n,
  height: 0n,
  loadBlockMeta: () => undefined,
  loadPart: () => undefined,
  loadCommit: () => undefined,
  loadExtendedCommit: () => undefined,
};

/** The core of a test host as gossip sees an engine; inputs are recorded. */
export function testEngine(host: Host, blockStore: GossipEngine['blockStore'] = NO_BLOCKS) {
  const inputs: PeerInput[] = [];
  const progress = new Set<() => void>();
  const events = new Set<Parameters<GossipEngine['onConsensusEvent']>[0]>();
  const engine: GossipEngine = {
    get consensus() {
      return host.driver.state;
    },
    receive: (input) => {
      inputs.push(input);
      return true;
    },
    setPeerMaj23: (height, round, type, peer, id) => {
      if (host.driver.state.height === height) host.driver.state.votes.setPeerMaj23(round, type, peer, id);
    },
    blockStore,
    onConsensusEvent: (l) => {
      events.add(l);
      return () => void events.delete(l);
    },
    onProgress: (l) => {
      progress.add(l);
      return () => void progress.delete(l);
    },
  };
  let told = 0;
  /** Tells the listeners what the host published, as the engine does. */
  const flush = (): void => {
    for (; told < host.events.length; told++) for (const l of events) l(host.events[told] as never);
    for (const l of progress) l();
  };
  return { engine, inputs, flush };
}

// A reactor owns some channels: it is told of peers that come and go and of their messages, and sends through `Peer`.

export interface Peer {
  readonly id: string;
  readonly outbound: boolean;
  /** Always served by the mempool's gossip. */
  readonly unconditional: boolean;
  /**
   * Queues a message; false where the peer is gone or its queue is full. `replaces`: an older message of the channel with the same tag that
   * still waits is dropped for this one.
   */
  send(channel: number, bytes: Uint8Array, replaces?: string): boolean;
  /** As `send`, and resolves when the message has left (true) or was lost (false). */
  deliver(channel: number, bytes: Uint8Array): Promise<boolean>;
  /** Messages of the channel that wait or are on their way. */
  waiting(channel: number): number;
  /** Disconnects it, for a fault that shows only after `receive` has returned. */
  drop(reason: string): void;
}

export interface Reactor {
  readonly name: string;
  readonly channels: readonly number[];
  /** A peer is there and its messages may come from now on; nothing may be sent to it yet. */
  initPeer?(peer: Peer): void;
  /** The peer is ready for our messages. Messages of its own may have come before. */
  addPeer(peer: Peer): void;
  /** Also for a peer that was never added. */
  removePeer(peer: Peer, reason: string): void;
  /** Throws PeerFault where the peer broke the protocol: it is then dropped with that reason. */
  receive(channel: number, peer: Peer, bytes: Uint8Array): void;
}

/** A peer did what the protocol forbids: it is disconnected, and the reason logged. */
export class PeerFault extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'PeerFault';
  }
}

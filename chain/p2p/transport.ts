// What the network needs of a transport: messages to and from peers by channel, no order among them, any of them may be lost.
// CometBFT's libp2p protocol implements it (libp2p/host.ts); its TCP protocol can stand beside it, as no reactor knows which it is.

export interface TransportEvents {
  /** A whole message; `bytes` is the receiver's. May come before `connected` is told of. */
  message(peer: string, channel: number, bytes: Uint8Array): void;
  connected(peer: string, address: string, outbound: boolean): void;
  /** The last connection to the peer is gone. */
  disconnected(peer: string): void;
}

export interface DialTarget {
  /** The peer's identity, required: a peer that proves another one is refused. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

export interface Transport {
  /** This node's identity in the network's form. */
  readonly id: string;
  /** Bound address, after `start`. */
  readonly address: { readonly host: string; readonly port: number };
  /** Handlers must be complete before the first dial or accept. */
  start(events: TransportEvents): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when connected. Rejects with the reason. */
  dial(target: DialTarget, timeoutMs: number): Promise<void>;
  /** Resolves when the message was handed to the peer's side of the connection; rejects when it could not be. */
  send(peer: string, channel: number, bytes: Uint8Array): Promise<void>;
  /** Closes all connections to the peer. */
  disconnect(peer: string): Promise<void>;
}

// CometBFT v0.40.0's libp2p protocol as a transport (network.md §1-4, cmt:lp2p): QUIC alone, one protocol id a channel, one message a
// stream: uvarint length and payload, then both sides close. Identity is the node key. Loaded only where p2p is configured.
import { type QuicOptions, quic } from '@chainsafe/libp2p-quic';
import { privateKeyFromRaw } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { Connection, PeerId, Stream } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { ping } from '@libp2p/ping';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p, type Libp2p } from 'libp2p';
import type { ChannelDescriptor } from '../channel.ts';
import type { DialTarget, Transport, TransportEvents } from '../transport.ts';
import { ChannelStreams, ownProtocolOf, readChannelStream } from './channel-stream.ts';
import { frame, MessageReader } from './framing.ts';
import { negotiation, release, sendOnStream } from './message-stream.ts';
import { peerIdOfKey } from './peer-id.ts';

export interface HostOptions {
  /** Seed and public key of the node key, 64 bytes. */
  readonly key: Uint8Array;
  readonly host: string;
  /** UDP; 0 is a free one. */
  readonly port: number;
  readonly channels: readonly ChannelDescriptor[];
  readonly maxConnections: number;
  /** Streams that a peer may have open to us at one time; it waits with further ones. Default: 512. */
  readonly maxPeerStreams?: number | undefined;
  /** The only address that peers are told, where they cannot use the one we listen on. */
  readonly externalAddress?: { readonly host: string; readonly port: number } | undefined;
  /** Long-lived streams with peers that offer them. Default: true. */
  readonly ownStreams?: boolean;
}

const AGENT = 'cometbft';
/** A Go peer opens up to 256 streams at once (network.md §3). */
const INBOUND_STREAMS_MAX = 512;
const OUTBOUND_STREAMS_MAX = 256;
/** Streams of one channel between two Trellis nodes; a new one may come before the end of the old one is noticed. */
const OWN_STREAMS_MAX = 4;
const SEND_TIMEOUT_MS = 10_000;
/** A stream that gives less than this in this time is reset; so is one above the bytes that one peer's unfinished messages may hold. */
const READ_TIMEOUT_MS = 10_000;
const READ_BYTES_MIN = 65_536;
const BUFFERED_BYTES_MAX = 134_217_728;
/** The shorter idle time of both sides counts: a peer that was killed is noticed after this, by us and by a Go peer. */
const QUIC: Partial<QuicOptions> = { keepAliveInterval: 3000, maxIdleTimeout: 10_000 };

export const protocolOf = (channel: number): string => `/p2p/cometbft/1.0.0/channel/0x${channel.toString(16).padStart(2, '0')}`;

function quicAddress(host: string, port: number): string {
  const family = /^\d+(\.\d+){3}$/.test(host) ? 'ip4' : host.includes(':') ? 'ip6' : 'dns';
  return `/${family}/${host}/udp/${port}/quic-v1`;
}

export class Libp2pHost implements Transport {
  readonly id: string;
  readonly #options: HostOptions;
  readonly #peerIds = new Map<string, PeerId>();
  readonly #negotiations: ReadonlyMap<number, Uint8Array>;
  /** Peers that speak our own protocol too, with their streams once there are any. */
  readonly #own = new Map<string, ChannelStreams | undefined>();
  readonly #unfinished = new Map<string, number>();
  #node: Libp2p | undefined;
  #events: TransportEvents | undefined;
  #port = 0;

  constructor(options: HostOptions) {
    this.#options = options;
    this.id = peerIdOfKey(options.key);
    this.#negotiations = new Map(options.channels.map((c) => [c.id, negotiation(protocolOf(c.id))]));
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: this.#options.host, port: this.#port };
  }

  async start(events: TransportEvents): Promise<void> {
    const { key, host, port, channels, maxConnections, externalAddress, maxPeerStreams = INBOUND_STREAMS_MAX } = this.#options;
    this.#events = events;
    const node = await createLibp2p({
      start: false,
      nodeInfo: { name: AGENT, version: '0.40.0', userAgent: AGENT },
      privateKey: privateKeyFromRaw(key),
      addresses: {
        listen: [quicAddress(host, port)],
        announce: externalAddress === undefined ? [] : [quicAddress(externalAddress.host, externalAddress.port)],
      },
      transports: [quic({ ...QUIC, maxConcurrentStreamLimit: maxPeerStreams })],
      services: { identify: identify(), ping: ping() },
      connectionManager: { maxConnections, inboundConnectionThreshold: maxConnections, maxIncomingPendingConnections: maxConnections, reconnectRetries: 0 },
      connectionMonitor: { enabled: false },
    });
    for (const c of channels) {
      await node.handle(protocolOf(c.id), (stream, connection) => this.#read(c, stream, connection), {
        maxInboundStreams: maxPeerStreams,
        maxOutboundStreams: OUTBOUND_STREAMS_MAX,
      });
      if (this.#options.ownStreams === false) continue;
      await node.handle(ownProtocolOf(c.id), (stream, connection) => this.#readOwn(c, stream, connection), {
        maxInboundStreams: OWN_STREAMS_MAX,
        maxOutboundStreams: OWN_STREAMS_MAX,
      });
    }
    node.addEventListener('peer:identify', ({ detail }) => {
      if (channels.every((c) => detail.protocols.includes(ownProtocolOf(c.id)))) this.#own.set(detail.peerId.toString(), undefined);
    });
    node.addEventListener('connection:open', ({ detail }) => {
      const peer = detail.remotePeer.toString();
      this.#peerIds.set(peer, detail.remotePeer);
      events.connected(peer, detail.remoteAddr.toString(), detail.direction === 'outbound');
    });
    node.addEventListener('peer:disconnect', ({ detail }) => {
      this.#own.delete(detail.toString());
      this.#peerIds.delete(detail.toString());
      events.disconnected(detail.toString());
    });
    try {
      await node.start();
    } catch (e) {
      // libp2p tells the system's reason only within a text of many lines.
      if (/address already in use/i.test(String(e))) throw Object.assign(new Error('p2p: the port is taken', { cause: e }), { code: 'EADDRINUSE' });
      throw e;
    }
    this.#node = node;
    const bound = externalAddress === undefined ? (node.getMultiaddrs()[0]?.toString() ?? '') : '';
    this.#port = Number(/\/udp\/(\d+)\//.exec(bound)?.[1] ?? port);
  }

  async stop(): Promise<void> {
    await this.#node?.stop();
    this.#node = undefined;
  }

  #running(): Libp2p {
    if (this.#node === undefined) throw new Error('p2p: the host is not running');
    return this.#node;
  }

  async dial({ id, host, port }: DialTarget, timeoutMs: number): Promise<void> {
    await this.#running().dial(multiaddr(`${quicAddress(host, port)}/p2p/${id}`), { signal: AbortSignal.timeout(timeoutMs) });
  }

  #peerId(peer: string): PeerId {
    let id = this.#peerIds.get(peer);
    if (id === undefined) {
      id = peerIdFromString(peer);
      this.#peerIds.set(peer, id);
    }
    return id;
  }

  async send(peer: string, channel: number, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) throw new Error('p2p: an empty message cannot be sent');
    // The newest: an older one may be what is left of a peer that was killed.
    const connection = this.#running()
      .getConnections(this.#peerId(peer))
      .findLast((c) => c.status === 'open');
    if (connection === undefined) throw new Error(`p2p: no connection to ${peer}`);
    if (this.#own.has(peer)) {
      let streams = this.#own.get(peer);
      if (streams?.connection !== connection) {
        streams = new ChannelStreams(connection);
        this.#own.set(peer, streams);
      }
      await streams.send(channel, bytes, SEND_TIMEOUT_MS);
      return;
    }
    const prefix = this.#negotiations.get(channel) as Uint8Array;
    const message = frame(bytes);
    const start = new Uint8Array(prefix.length + message.length);
    start.set(prefix);
    start.set(message, prefix.length);
    await sendOnStream(connection, start, SEND_TIMEOUT_MS);
  }

  async disconnect(peer: string): Promise<void> {
    await this.#node?.hangUp(this.#peerId(peer)).catch(() => undefined);
  }

  /** Reads one message; whatever else comes is not waited for. A stream that breaks the framing is reset, the peer stays (network.md §3). */
  #read(channel: ChannelDescriptor, stream: Stream, connection: Connection): void {
    const peer = connection.remotePeer.toString();
    const reader = new MessageReader(channel.bytesMax);
    let done = false;
    let bytes = 0;
    let seen = 0;
    const timer = setInterval(() => {
      if (bytes - seen < READ_BYTES_MIN) stream.abort(new Error('p2p: a message did not come in time'));
      seen = bytes;
    }, READ_TIMEOUT_MS);
    const finish = (): void => {
      if (done) return;
      done = true;
      clearInterval(timer);
      this.#buffered(peer, -bytes);
    };
    stream.addEventListener('message', ({ data }) => {
      if (done) return;
      try {
        const chunk = data instanceof Uint8Array ? data : data.subarray();
        bytes += chunk.length;
        if (this.#buffered(peer, chunk.length) > BUFFERED_BYTES_MAX) throw new Error('p2p: too many unfinished messages');
        const message = reader.push(chunk);
        if (message === undefined) return;
        finish();
        this.#events?.message(peer, channel.id, message);
        // Both sides must close, or the connection's streams run out.
        void stream.close({ signal: AbortSignal.timeout(SEND_TIMEOUT_MS) }).catch((e: Error) => stream.abort(e));
      } catch (e) {
        finish();
        stream.abort(e as Error);
      }
    });
    stream.addEventListener('close', () => {
      finish();
      release(stream);
    });
  }

  #readOwn({ id, bytesMax }: ChannelDescriptor, stream: Stream, connection: Connection): void {
    const peer = connection.remotePeer.toString();
    readChannelStream(stream, {
      bytesMax,
      unfinishedMs: READ_TIMEOUT_MS,
      onMessage: (message) => this.#events?.message(peer, id, message),
      buffered: (bytes) => this.#buffered(peer, bytes) > BUFFERED_BYTES_MAX,
    });
  }

  /** Adds to the bytes of a peer's unfinished messages and gives their sum. */
  #buffered(peer: string, bytes: number): number {
    const sum = (this.#unfinished.get(peer) ?? 0) + bytes;
    if (sum === 0) this.#unfinished.delete(peer);
    else this.#unfinished.set(peer, sum);
    return sum;
  }
}

// State sync's side of the network (network.md §10, cmt:statesync/reactor.go): tells peers of the application's snapshots and gives them
// chunks, and hands what they send to the syncer that runs.
import type { Application } from '../abci/application.ts';
import type { Logger } from '../engine/logger.ts';
import { CHUNK_CHANNEL, SNAPSHOT_CHANNEL } from '../p2p/channel.ts';
import { type Peer, PeerFault, type Reactor } from '../p2p/reactor.ts';
import { TypesError } from '../types/errors.ts';
import {
  CHUNK_MESSAGE_BYTES_MAX,
  decodeStatesyncMessage,
  encodeStatesyncMessage,
  SNAPSHOT_MESSAGE_BYTES_MAX,
  type StatesyncMessage,
} from '../types/messages/statesync.ts';
import { type PeerSnapshot, SNAPSHOTS_PER_PEER } from './snapshots.ts';
import type { Syncer } from './syncer.ts';

export interface StatesyncReactorDependencies {
  readonly application: Pick<Application, 'listSnapshots' | 'loadSnapshotChunk'>;
  /** statesync.max_snapshot_chunks. */
  readonly maxChunks: number;
  readonly logger: Logger;
}

const SNAPSHOTS_REQUEST = encodeStatesyncMessage({ case: 'snapshotsRequest', value: {} });
/** Chunks of 10 MB that are read or wait for one peer at a time; it asks again for what it does not get. */
const SERVING_MAX = 4;

export class StatesyncReactor implements Reactor {
  readonly name = 'STATESYNC';
  readonly channels: readonly number[] = [SNAPSHOT_CHANNEL, CHUNK_CHANNEL];
  readonly #d: StatesyncReactorDependencies;
  readonly #peers = new Map<string, { readonly peer: Peer; serving: number }>();
  #syncer: Syncer | undefined;

  constructor(d: StatesyncReactorDependencies) {
    this.#d = d;
  }

  listen(syncer: Syncer | undefined): void {
    this.#syncer = syncer;
  }

  requestSnapshots(): void {
    for (const { peer } of this.#peers.values()) peer.send(SNAPSHOT_CHANNEL, SNAPSHOTS_REQUEST, 'snapshots');
  }

  requestChunk(peer: string, { height, format }: PeerSnapshot, index: number): void {
    this.#peers.get(peer)?.peer.send(CHUNK_CHANNEL, encodeStatesyncMessage({ case: 'chunkRequest', value: { height, format, index } }));
  }

  addPeer(peer: Peer): void {
    this.#peers.set(peer.id, { peer, serving: 0 });
    if (this.#syncer !== undefined) peer.send(SNAPSHOT_CHANNEL, SNAPSHOTS_REQUEST, 'snapshots');
  }

  removePeer(peer: Peer): void {
    this.#peers.delete(peer.id);
    this.#syncer?.removePeer(peer.id);
  }

  receive(channel: number, peer: Peer, bytes: Uint8Array): void {
    const onChunks = channel === CHUNK_CHANNEL;
    let m: StatesyncMessage;
    try {
      m = decodeStatesyncMessage(bytes, onChunks ? CHUNK_MESSAGE_BYTES_MAX : SNAPSHOT_MESSAGE_BYTES_MAX, this.#d.maxChunks);
    } catch (e) {
      if (e instanceof TypesError) throw new PeerFault(e.message);
      throw e;
    }
    // A kind that is not this channel's is no fault in CometBFT.
    if (onChunks !== (m.case === 'chunkRequest' || m.case === 'chunkResponse')) return;
    switch (m.case) {
      case 'snapshotsRequest':
        this.#answer(peer, 'listing snapshots', () => this.#sendSnapshots(peer));
        return;
      case 'snapshotsResponse':
        this.#syncer?.addSnapshot(peer.id, { ...m.value, hash: m.value.hash.slice(), metadata: m.value.metadata.slice() });
        return;
      case 'chunkRequest': {
        const request = m.value;
        this.#answer(peer, 'loading a chunk', () => this.#sendChunk(peer, request));
        return;
      }
      case 'chunkResponse': {
        const { height, format, index, chunk, missing } = m.value;
        this.#syncer?.addChunk(peer.id, height, format, index, missing ? undefined : chunk);
      }
    }
  }

  /** Answers take time of the disk: a few at once for a peer, the rest is lost. */
  #answer(peer: Peer, what: string, answer: () => Promise<void>): void {
    const entry = this.#peers.get(peer.id);
    if (entry === undefined || entry.serving >= SERVING_MAX || peer.waiting(CHUNK_CHANNEL) >= SERVING_MAX) return;
    entry.serving++;
    void answer()
      .catch((e: unknown) => this.#d.logger.error(`${what} for a peer failed`, { peer: peer.id, error: String(e) }))
      .finally(() => {
        entry.serving--;
      });
  }

  async #sendSnapshots(peer: Peer): Promise<void> {
    const order = (a: PeerSnapshot, b: PeerSnapshot): number => (a.height === b.height ? b.format - a.format : a.height < b.height ? 1 : -1);
    const newest = [...(await this.#d.application.listSnapshots())].sort(order).slice(0, SNAPSHOTS_PER_PEER);
    for (const s of newest) peer.send(SNAPSHOT_CHANNEL, encodeStatesyncMessage({ case: 'snapshotsResponse', value: s }));
  }

  async #sendChunk(peer: Peer, { height, format, index }: { readonly height: bigint; readonly format: number; readonly index: number }): Promise<void> {
    const { chunk } = await this.#d.application.loadSnapshotChunk({ height, format, chunk: index });
    peer.send(CHUNK_CHANNEL, encodeStatesyncMessage({ case: 'chunkResponse', value: { height, format, index, chunk, missing: chunk.length === 0 } }));
  }
}

// The snapshots that peers offer, and who has which (cmt:statesync/snapshots.go). Pure.
// Invariants: a peer counts for at most SNAPSHOTS_PER_PEER; what was rejected, by snapshot, format or peer, never comes back.
import { toHex } from '../encoding/bytes.ts';
import type { SnapshotsResponse } from '../types/messages/statesync.ts';

/** The newest that a node tells of, and that are taken of one peer. */
export const SNAPSHOTS_PER_PEER = 10;

export type PeerSnapshot = SnapshotsResponse;

interface Entry {
  readonly snapshot: PeerSnapshot;
  readonly peers: Set<string>;
}

/** All fields together are a snapshot's identity: two that differ in one cannot be mixed. */
const keyOf = (s: PeerSnapshot): string => `${s.height}:${s.format}:${s.chunks}:${toHex(s.hash)}:${toHex(s.metadata)}`;

export class SnapshotPool {
  readonly #entries = new Map<string, Entry>();
  readonly #rejected = new Set<string>();
  readonly #rejectedFormats = new Set<number>();
  readonly #rejectedPeers = new Set<string>();

  /** Whether it is a new one. */
  add(peer: string, snapshot: PeerSnapshot): boolean {
    const key = keyOf(snapshot);
    if (this.#rejected.has(key) || this.#rejectedFormats.has(snapshot.format) || this.#rejectedPeers.has(peer)) return false;
    let ofPeer = 0;
    for (const e of this.#entries.values()) if (e.peers.has(peer)) ofPeer++;
    if (ofPeer >= SNAPSHOTS_PER_PEER) return false;
    const known = this.#entries.get(key);
    known?.peers.add(peer);
    if (known === undefined) this.#entries.set(key, { snapshot, peers: new Set([peer]) });
    return known === undefined;
  }

  /** The highest, then of the newest format, then of the most peers. */
  best(): PeerSnapshot | undefined {
    const ranked = [...this.#entries.values()].sort((a, b) => {
      if (a.snapshot.height !== b.snapshot.height) return a.snapshot.height < b.snapshot.height ? 1 : -1;
      return b.snapshot.format - a.snapshot.format || b.peers.size - a.peers.size;
    });
    return ranked[0]?.snapshot;
  }

  peersOf(snapshot: PeerSnapshot): readonly string[] {
    return [...(this.#entries.get(keyOf(snapshot))?.peers ?? [])];
  }

  reject(snapshot: PeerSnapshot): void {
    const key = keyOf(snapshot);
    this.#rejected.add(key);
    this.#entries.delete(key);
  }

  rejectFormat(format: number): void {
    this.#rejectedFormats.add(format);
    for (const [key, e] of this.#entries) if (e.snapshot.format === format) this.#entries.delete(key);
  }

  rejectPeer(peer: string): void {
    this.#rejectedPeers.add(peer);
    this.removePeer(peer);
  }

  removePeer(peer: string): void {
    for (const [key, e] of this.#entries) if (e.peers.delete(peer) && e.peers.size === 0) this.#entries.delete(key);
  }
}

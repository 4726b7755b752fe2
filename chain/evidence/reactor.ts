// Gossip of evidence (network.md §9, cmt:evidence/reactor.go): pending evidence goes to each peer that has passed its height and may still
// commit it; from time to time everything anew, as nobody confirms it.
import { EVIDENCE_CHANNEL } from '../p2p/channel.ts';
import { type Peer, PeerFault, type Reactor } from '../p2p/reactor.ts';
import { TypesError } from '../types/errors.ts';
import { type Evidence, evidenceHeight } from '../types/evidence.ts';
import { decodeEvidenceMessage, encodeEvidenceMessage } from '../types/messages/evidence.ts';
import type { EvidencePool } from './pool.ts';

export interface EvidenceReactorOptions {
  readonly pool: Pick<EvidencePool, 'add' | 'list' | 'onAdded'>;
  /** Lowest and highest height of the blocks that are here. */
  readonly heights: () => { readonly base: bigint; readonly height: bigint };
  /** Evidence parameter max_age_num_blocks. */
  readonly maxAgeNumBlocks: () => bigint;
  /** Height of a peer as consensus knows it; 0 where it does not. */
  readonly peerHeight: (id: string) => bigint;
  readonly onError: (peer: string, error: unknown) => void;
}

const AGAIN_MS = 10_000;
const POLL_MS = 100;

interface Progress {
  readonly peer: Peer;
  /** Sent in this walk. */
  readonly sent: WeakSet<Evidence>;
}

export class EvidenceReactor implements Reactor {
  readonly name = 'EVIDENCE';
  readonly channels = [EVIDENCE_CHANNEL];
  readonly #o: EvidenceReactorOptions;
  readonly #peers = new Map<string, Progress>();
  readonly #unsubscribe: () => void;
  readonly #again: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;

  constructor(o: EvidenceReactorOptions) {
    this.#o = o;
    // At once: the next proposer may be a peer.
    this.#unsubscribe = o.pool.onAdded(() => this.#schedule(0));
    this.#again = setInterval(() => this.#startOver(), AGAIN_MS);
    this.#again.unref();
  }

  stop(): void {
    this.#unsubscribe();
    clearInterval(this.#again);
    clearTimeout(this.#timer);
  }

  addPeer(peer: Peer): void {
    this.#peers.set(peer.id, { peer, sent: new WeakSet() });
    this.#schedule();
  }

  removePeer(peer: Peer): void {
    this.#peers.delete(peer.id);
  }

  receive(_channel: number, peer: Peer, bytes: Uint8Array): void {
    let list: readonly Evidence[];
    try {
      list = decodeEvidenceMessage(bytes);
    } catch (e) {
      if (e instanceof TypesError) throw new PeerFault(e.message);
      throw e;
    }
    void this.#add(peer, list);
  }

  async #add(peer: Peer, list: readonly Evidence[]): Promise<void> {
    for (const e of list) {
      const { base, height } = this.#o.heights();
      // What we have no block for we cannot judge.
      if (evidenceHeight(e) > height || evidenceHeight(e) < base) continue;
      try {
        await this.#o.pool.add(e);
      } catch (error) {
        if (!(error instanceof TypesError)) {
          this.#o.onError(peer.id, error);
          continue;
        }
        peer.drop(`invalid evidence: ${error.message}`);
        return;
      }
    }
  }

  #startOver(): void {
    for (const [id, { peer }] of this.#peers) this.#peers.set(id, { peer, sent: new WeakSet() });
    this.#schedule();
  }

  #schedule(ms = POLL_MS): void {
    if (this.#peers.size === 0 || (this.#timer !== undefined && ms > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, ms);
    this.#timer.unref();
  }

  /** Sends what is due; comes back while a peer is still behind a piece's height. */
  flush(): void {
    const pending = this.#o.pool.list();
    if (pending.length === 0) return;
    let later = false;
    for (const { peer, sent } of this.#peers.values()) {
      const height = this.#o.peerHeight(peer.id);
      for (const e of pending) {
        if (sent.has(e)) continue;
        const of = evidenceHeight(e);
        if (height <= of) later = true;
        else if (height - of <= this.#o.maxAgeNumBlocks() && peer.send(EVIDENCE_CHANNEL, encodeEvidenceMessage([e]))) sent.add(e);
      }
    }
    if (later) this.#schedule();
  }
}

// Parts that came before the proposal they belong to (network.md §6.3): streams have no order among each other, and their sender believes
// them delivered. Kept for the running height, a few a peer.
import type { PeerInput } from './engine-view.ts';

type PartInput = Extract<PeerInput, { readonly type: 'blockPart' }>;

export const BUFFERED_PARTS_PER_PEER = 64;

export class PartBuffer {
  readonly #byPeer = new Map<string, PartInput[]>();
  #height = 0n;

  /** False where the peer has as many already. */
  add(height: bigint, input: PartInput): boolean {
    if (height !== this.#height) {
      this.#byPeer.clear();
      this.#height = height;
    }
    const parts = this.#byPeer.get(input.peer) ?? [];
    if (parts.length >= BUFFERED_PARTS_PER_PEER) return false;
    parts.push(input);
    this.#byPeer.set(input.peer, parts);
    return true;
  }

  /** Takes out the parts of the height and of rounds up to `round`. */
  take(height: bigint, round: number): PartInput[] {
    if (height !== this.#height || this.#byPeer.size === 0) return [];
    const out: PartInput[] = [];
    for (const [peer, parts] of this.#byPeer) {
      const later = parts.filter((p) => p.round > round);
      out.push(...parts.filter((p) => p.round <= round));
      if (later.length === 0) this.#byPeer.delete(peer);
      else this.#byPeer.set(peer, later);
    }
    return out;
  }

  removePeer(peer: string): void {
    this.#byPeer.delete(peer);
  }
}

// Which block is asked of which peer (network.md §8, cmt:blocksync/pool.go). Pure: the clock is passed in, and what is to be sent or whom to
// drop is returned by `work`.
// Invariants: the blocks that were asked for are `height` and those that follow it, without a gap; a block is taken only from a peer that was
// asked for it; one peer never has more than PENDING_MAX open requests.
import { NO_BLOCK_MS, Progress } from './progress.ts';
import { RATE_MIN, ReceiveRate } from './rate.ts';

/** Open requests to one peer. */
export const PENDING_MAX = 20;
/** The next so many heights are asked of a second peer where the first is slow. */
export const SECOND_PEER_HEIGHTS = 50n;
/** How long the first has before that. */
const SECOND_PEER_MS = 1000;
const RETRY_MS = 30_000;
/** A peer that owes blocks and gives none for so long is dropped. */
const PEER_TIMEOUT_MS = 15_000;
const BAN_MS = 60_000;
/** Peers are ranked by their rates only after this. */
const SETTLE_MS = 3000;
/** "I have it not" for heights that the peer said it has. */
const DENIALS_MAX = 2 * PENDING_MAX;
/** Streams have no order: an older status may come after a newer one. */
const REORDERED_HEIGHTS = 2n;
/** Answers that may be on their way though they are of no use any more. */
const OWED_MAX = 1000;
/** Bytes of blocks that wait to be applied, beyond the two next ones. */
export const BUFFER_BYTES_MAX = 134_217_728;

export interface Received<B> {
  readonly block: B;
  readonly bytes: number;
  readonly peer: string;
}

export type PoolAction =
  | { readonly type: 'request'; readonly peer: string; readonly height: bigint }
  | { readonly type: 'drop'; readonly peer: string; readonly reason: string };

interface PoolPeer {
  readonly id: string;
  base: bigint;
  height: bigint;
  /** Open requests. */
  pending: number;
  /** Heights that it was asked for and has not answered, also those that are of no use any more. */
  readonly owed: Set<bigint>;
  rate: ReceiveRate;
  /** When its answer is due. */
  deadline: number;
  denials: number;
  /** Blocks in a row that another peer gave while it owed them. */
  missed: number;
}

interface Request<B> {
  /** Asked and not yet answered, with the time of asking. */
  readonly asked: Map<string, number>;
  /** Peers that said they have it not: asked last. */
  readonly denied: Set<string>;
  received: Received<B> | undefined;
}

export interface BlockPoolOptions {
  /** The first height to fetch. */
  readonly startHeight: bigint;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export class BlockPool<B> {
  readonly #clock: () => number;
  readonly #startHeight: bigint;
  readonly #startTime: number;
  readonly #peers = new Map<string, PoolPeer>();
  readonly #banned = new Map<string, number>();
  readonly #requests = new Map<bigint, Request<B>>();
  readonly #progress = new Progress();
  #height: bigint;
  #maxPeerHeight = 0n;
  #bufferBytes = 0;
  #averageBytes = 0;

  constructor(o: BlockPoolOptions) {
    this.#clock = o.clock;
    this.#startTime = o.clock();
    this.#startHeight = o.startHeight;
    this.#height = o.startHeight;
  }

  /** The lowest height that is not yet applied. */
  get height(): bigint {
    return this.#height;
  }

  /** The highest that a peer says it has, of those that can serve us now. */
  get maxPeerHeight(): bigint {
    return this.#maxPeerHeight;
  }

  get peerCount(): number {
    return this.#peers.size;
  }

  isBanned(id: string): boolean {
    const until = this.#banned.get(id);
    if (until === undefined) return false;
    if (this.#clock() < until) return true;
    this.#banned.delete(id);
    return false;
  }

  #ban(id: string): void {
    this.#remove(id);
    for (const r of this.#requests.values()) if (r.received?.peer === id) this.#forget(r);
    this.#banned.set(id, this.#clock() + BAN_MS);
  }

  /** What a peer says it has. One that takes back what it said is banned (F-5); the reason is returned. */
  setPeerRange(id: string, base: bigint, height: bigint): string | undefined {
    const peer = this.#peers.get(id);
    if (base > height) {
      this.#ban(id);
      return `it says it has heights ${base} to ${height}`;
    }
    if (peer === undefined) {
      if (this.isBanned(id)) return undefined;
      const now = this.#clock();
      this.#peers.set(id, { id, base, height, pending: 0, owed: new Set(), rate: new ReceiveRate(now), deadline: 0, denials: 0, missed: 0 });
    } else if (base < peer.base - REORDERED_HEIGHTS || height < peer.height - REORDERED_HEIGHTS) {
      const reason = `it said it has heights ${peer.base} to ${peer.height}, and now ${base} to ${height}`;
      this.#ban(id);
      return reason;
    } else {
      if (base > peer.base) peer.base = base;
      if (height > peer.height) peer.height = height;
    }
    this.#updateMax();
    return undefined;
  }

  /** The peer is gone. */
  removePeer(id: string): void {
    this.#remove(id);
  }

  #remove(id: string): void {
    this.#peers.delete(id);
    for (const r of this.#requests.values()) r.asked.delete(id);
    this.#updateMax();
  }

  #forget(r: Request<B>): void {
    this.#bufferBytes -= r.received?.bytes ?? 0;
    r.received = undefined;
  }

  #updateMax(): void {
    let max = 0n;
    for (const p of this.#peers.values()) if (p.base <= this.#height && p.height > max) max = p.height;
    this.#maxPeerHeight = max;
  }

  /** Whether a block of this peer is due: others are not even decoded. */
  expectsFrom(id: string): boolean {
    return (this.#peers.get(id)?.owed.size ?? 0) > 0;
  }

  /** A block of a peer. Returns why the peer must be dropped; undefined where the block is taken, or is of no use any more. */
  addBlock(id: string, height: bigint, block: B, bytes: number): string | undefined {
    const peer = this.#peers.get(id);
    if (peer?.owed.delete(height) !== true) return `it sent block ${height}, which it was not asked for`;
    peer.denials = 0;
    peer.missed = 0;
    const r = this.#requests.get(height);
    if (r?.asked.delete(id) !== true) return undefined;
    peer.pending--;
    peer.rate.add(bytes);
    peer.deadline = this.#clock() + PEER_TIMEOUT_MS;
    if (r.received !== undefined) return undefined;
    r.received = { block, bytes, peer: id };
    this.#bufferBytes += bytes;
    this.#averageBytes = this.#averageBytes === 0 ? bytes : this.#averageBytes * 0.9 + bytes * 0.1;
    return undefined;
  }

  /** The peer says it has not the block. Returns why it must be dropped. */
  noBlock(id: string, height: bigint): string | undefined {
    const peer = this.#peers.get(id);
    if (peer?.owed.delete(height) !== true) return undefined;
    const r = this.#requests.get(height);
    if (r?.asked.delete(id) !== true) return undefined;
    r.denied.add(id);
    peer.pending--;
    if (++peer.denials < DENIALS_MAX) return undefined;
    this.#ban(id);
    return `it denies ${DENIALS_MAX} blocks that it said it has`;
  }

  peek(height: bigint): Received<B> | undefined {
    return this.#requests.get(height)?.received;
  }

  /** The block of `height` is applied. `headerTime`: milliseconds since 1970. */
  pop(headerTime: number): void {
    const r = this.#requests.get(this.#height);
    if (r?.received === undefined) throw new Error(`block pool: no block ${this.#height} to take`);
    this.#forget(r);
    for (const id of r.asked.keys()) {
      this.#release(id);
      const peer = this.#peers.get(id);
      if (peer !== undefined) peer.missed++;
    }
    this.#requests.delete(this.#height);
    this.#height++;
    this.#progress.record(headerTime, this.#clock());
    this.#updateMax();
  }

  #release(id: string): void {
    const peer = this.#peers.get(id);
    if (peer !== undefined) peer.pending--;
  }

  /** The block of a height is wrong: who sent it is banned, and all it sent is asked for again. Returns the peer. */
  reject(height: bigint): string | undefined {
    const peer = this.#requests.get(height)?.received?.peer;
    if (peer !== undefined) this.#ban(peer);
    return peer;
  }

  /** Some peer answered, and none has more than the block after ours; or waiting for more makes no sense. */
  isCaughtUp(): boolean {
    if (this.#peers.size === 0) return false;
    // The block at a peer's last height is applied with the commit that consensus brings. Peers that have blocks, but not ours to begin with, do not count.
    const reached = this.#maxPeerHeight > 0n && this.#height >= this.#maxPeerHeight;
    if (reached || [...this.#peers.values()].every((p) => p.height < this.#height)) return true;
    const now = this.#clock();
    if (now - this.#startTime < SETTLE_MS) return false;
    if (this.#height > this.#startHeight) return this.#progress.hasStalled(now);
    return now - this.#startTime >= SETTLE_MS + NO_BLOCK_MS;
  }

  /** Whom to ask for what, and whom to drop. To be called often. */
  work(): PoolAction[] {
    const now = this.#clock();
    const actions: PoolAction[] = [];
    this.#dropSlow(now, actions);
    for (const [id, until] of this.#banned) if (now >= until) this.#banned.delete(id);
    const ranked = [...this.#peers.values()].sort((a, b) => a.missed - b.missed || b.rate.at(now) - a.rate.at(now));
    for (const [height, r] of this.#requests) this.#askAgain(height, r, now, ranked, actions);
    this.#askNext(now, ranked, actions);
    return actions;
  }

  #dropSlow(now: number, actions: PoolAction[]): void {
    for (const p of [...this.#peers.values()]) {
      const late = p.pending > 0 && now >= p.deadline;
      // A slow peer is better than none.
      const slow = p.missed >= PENDING_MAX || (p.pending > 0 && this.#peers.size > 1 && p.rate.at(now) < RATE_MIN);
      if (!late && !slow) continue;
      this.#ban(p.id);
      const reason = late ? `it gave no block in ${PEER_TIMEOUT_MS / 1000} s` : 'it is too slow';
      actions.push({ type: 'drop', peer: p.id, reason });
    }
  }

  #ask(height: bigint, r: Request<B>, now: number, ranked: readonly PoolPeer[], actions: PoolAction[]): boolean {
    const able = (p: PoolPeer): boolean => p.pending < PENDING_MAX && p.base <= height && height <= p.height && !r.asked.has(p.id);
    const peer = ranked.find((p) => able(p) && !r.denied.has(p.id)) ?? (r.asked.size === 0 ? ranked.find(able) : undefined);
    if (peer === undefined) return false;
    if (peer.pending++ === 0) {
      peer.deadline = now + PEER_TIMEOUT_MS;
      peer.rate = new ReceiveRate(now);
    }
    r.asked.set(peer.id, now);
    if (peer.owed.size >= OWED_MAX) for (const h of peer.owed) if (!this.#requests.has(h)) peer.owed.delete(h);
    peer.owed.add(height);
    actions.push({ type: 'request', peer: peer.id, height });
    return true;
  }

  #askAgain(height: bigint, r: Request<B>, now: number, ranked: readonly PoolPeer[], actions: PoolAction[]): void {
    if (r.received !== undefined) return;
    for (const [id, since] of r.asked) {
      if (now - since < RETRY_MS) continue;
      r.asked.delete(id);
      this.#release(id);
    }
    if (r.asked.size === 0) this.#ask(height, r, now, ranked, actions);
    else if (r.asked.size === 1 && height < this.#height + SECOND_PEER_HEIGHTS) {
      const [since = now] = r.asked.values();
      if (now - since >= SECOND_PEER_MS) this.#ask(height, r, now, ranked, actions);
    }
  }

  #askNext(now: number, ranked: readonly PoolPeer[], actions: PoolAction[]): void {
    const most = this.#peers.size * PENDING_MAX;
    let waiting = 0;
    for (const r of this.#requests.values()) if (r.received === undefined) waiting++;
    while (this.#requests.size < most) {
      const height = this.#height + BigInt(this.#requests.size);
      if (height > this.#maxPeerHeight) return;
      if (this.#requests.size >= 2 && this.#bufferBytes + (waiting + 1) * this.#averageBytes > BUFFER_BYTES_MAX) return;
      const r: Request<B> = { asked: new Map(), denied: new Set(), received: undefined };
      if (!this.#ask(height, r, now, ranked, actions)) return;
      this.#requests.set(height, r);
      waiting++;
    }
  }
}

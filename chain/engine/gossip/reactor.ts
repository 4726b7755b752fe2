// The consensus reactor (network.md §6): tells peers of our steps, valid blocks and votes, gives them what they lack, and takes in what they
// send. Driven by events and a poll: what is ours leaves at once, what is others' with the poll, by which time most peers have said that
// they have it.

import type { ConsensusEvent } from '../../consensus/effects.ts';
import { STEP_COMMIT, STEP_PREVOTE } from '../../consensus/step.ts';
import { toHexUpper } from '../../encoding/bytes.ts';
import type { Duration, Time } from '../../encoding/time.ts';
import { DATA_CHANNEL, STATE_CHANNEL, VOTE_CHANNEL, VOTE_SET_BITS_CHANNEL } from '../../p2p/channel.ts';
import type { Peer, Reactor } from '../../p2p/reactor.ts';
import { encodeConsensusMessage } from '../../types/messages/consensus.ts';
import type { Vote } from '../../types/vote.ts';
import type { GossipEngine, LiveConsensus } from './engine-view.ts';
import { PartBuffer } from './part-buffer.ts';
import { PeerGossip } from './peer-gossip.ts';
import type { PeerRoundState } from './peer-round-state.ts';
import { type GossipObserver, receiveConsensus } from './receive.ts';
import { VoteAnnouncer } from './vote-announcer.ts';

export interface ConsensusReactorOptions {
  readonly engine: GossipEngine;
  /** peer_gossip_sleep_duration and peer_query_maj23_sleep_duration. */
  readonly gossipSleepMs: number;
  readonly queryMaj23SleepMs: number;
  /** Wall clock, nanoseconds since 1970. */
  readonly now: () => Time;
  /** Blocks or snapshots are being fetched: consensus does not run. */
  readonly isSyncing?: () => boolean;
  readonly random?: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs?: () => number;
  /** The last block of a peer as it said last, and the question for it; for peers that do not say where they are. */
  readonly storeHeight?: (id: string) => bigint | undefined;
  readonly askStoreHeight?: (peer: Peer) => void;
  /** Peers are told of each vote by a message, as CometBFT does, or of all new ones with the poll. Default: batched. */
  readonly announceVotes?: 'each' | 'batched' | undefined;
  readonly observer?: GossipObserver | undefined;
}

/** Our step is told again after this, as a message can be lost; a peer that has it ignores it. */
const REPEAT_STEP_MS = 2000;
/** A peer that has not said where it is by now will not; what it is taken for is looked at again after the same time. */
const ASSUME_AFTER_MS = 3000;
const SECOND: Duration = 1_000_000_000n;
/** Of a block of this size peers are told as soon as it is whole; a smaller one costs no more than the message about it. */
const TELL_WHOLE_BYTES = 4096;

export class ConsensusReactor implements Reactor {
  readonly name = 'CONSENSUS';
  readonly channels = [STATE_CHANNEL, DATA_CHANNEL, VOTE_CHANNEL, VOTE_SET_BITS_CHANNEL];
  readonly #o: ConsensusReactorOptions;
  readonly #peers = new Map<string, PeerGossip>();
  readonly #assumeAt = new Map<string, number>();
  readonly #announcer = new VoteAnnouncer();
  readonly #parts = new PartBuffer();
  readonly #random: () => number;
  readonly #unsubscribe: (() => void)[] = [];
  #timers: NodeJS.Timeout[] = [];
  #lastStepMs = 0;
  #seenProposal: LiveConsensus['proposal'];

  constructor(o: ConsensusReactorOptions) {
    this.#o = o;
    this.#random = o.random ?? Math.random;
  }

  start(): void {
    const { engine, gossipSleepMs, queryMaj23SleepMs } = this.#o;
    this.#unsubscribe.push(
      engine.onConsensusEvent((e) => this.#onEvent(e)),
      engine.onProgress(() => this.#onProgress()),
    );
    this.#timers = [setInterval(() => this.poll(), gossipSleepMs), setInterval(() => this.#queryMajorities(), queryMaj23SleepMs)];
    for (const t of this.#timers) t.unref();
  }

  stop(): void {
    for (const f of this.#unsubscribe.splice(0)) f();
    for (const t of this.#timers.splice(0)) clearInterval(t);
  }

  get #consensus(): LiveConsensus | undefined {
    return this.#o.isSyncing?.() === true ? undefined : this.#o.engine.consensus;
  }

  /** For pauses: a jump of the wall clock neither ends nor prolongs them. */
  #ms(): number {
    return this.#o.monotonicMs?.() ?? performance.now();
  }

  initPeer(peer: Peer): void {
    this.#peers.set(peer.id, new PeerGossip(peer, this.#o.engine, this.#random));
  }

  addPeer(peer: Peer): void {
    if (!this.#peers.has(peer.id)) this.initPeer(peer);
    const g = this.#peers.get(peer.id) as PeerGossip;
    g.ready = true;
    this.#assumeAt.set(peer.id, this.#ms() + ASSUME_AFTER_MS);
    const c = this.#consensus;
    if (c === undefined) return;
    peer.send(STATE_CHANNEL, this.#stepMessage(c), 'step');
    this.#wake(g, c);
  }

  removePeer(peer: Peer): void {
    const g = this.#peers.get(peer.id);
    if (g !== undefined) g.ready = false;
    this.#peers.delete(peer.id);
    this.#assumeAt.delete(peer.id);
    this.#parts.removePeer(peer.id);
  }

  receive(channel: number, peer: Peer, bytes: Uint8Array): void {
    const g = this.#peers.get(peer.id);
    if (g === undefined) return;
    const { engine, isSyncing, observer } = this.#o;
    const d = { engine, observer, parts: this.#parts, nowMs: () => Number(this.#o.now() / 1_000_000n) };
    const moved = receiveConsensus(d, channel, g, bytes, engine.consensus, isSyncing?.() === true) === 'moved';
    const c = this.#consensus;
    if (moved) g.moved();
    if (moved && c !== undefined) this.#wake(g, c);
  }

  /** What cannot wait for the poll when a peer has moved: our own proposal and votes, and whatever a peer that is behind needs. */
  #wake(g: PeerGossip, c: LiveConsensus): void {
    const behind = g.prs.height > 0n && g.prs.height < c.height;
    if (behind || c.isProposer()) g.data(c);
    if (behind) g.votes(c);
    else for (const vote of ownVotes(c)) g.offer(c, vote);
  }

  /** A known peer's height; 0 where it is not known. */
  heightOf(peer: string): bigint {
    return this.#peers.get(peer)?.prs.height ?? 0n;
  }

  /** For dumps. */
  roundStates(): ReadonlyMap<string, PeerRoundState> {
    return new Map([...this.#peers].map(([id, g]) => [id, g.prs]));
  }

  #broadcast(channel: number, bytes: Uint8Array, replaces?: string): void {
    for (const g of this.#peers.values()) if (g.ready) g.peer.send(channel, bytes, replaces);
  }

  #stepMessage(c: LiveConsensus): Uint8Array {
    const { height, round, step } = c.round;
    const since = this.#o.now() - c.startTime;
    // Whole seconds, rounded down as a clock shows them; the zero time of a first start would be 2000 years ago.
    const secondsSinceStartTime = c.startTime < 0n ? 0n : since / SECOND;
    return encodeConsensusMessage({
      case: 'newRoundStep',
      value: { height, round, step, secondsSinceStartTime, lastCommitRound: c.lastCommit?.round ?? -1 },
    });
  }

  #tellStep(c: LiveConsensus): void {
    this.#lastStepMs = this.#ms();
    if (this.#peers.size > 0) this.#broadcast(STATE_CHANNEL, this.#stepMessage(c), 'step');
  }

  #onEvent(event: ConsensusEvent): void {
    const c = this.#consensus;
    if (c === undefined) return;
    if (event.type === 'NewRoundStep') this.#tellStep(c);
    else if (event.type === 'ValidBlock') this.#tellValidBlock(c);
    else if (event.type === 'CompleteProposal') this.#tellWhole(c);
    else if (event.type === 'Vote') this.#onVote(c, event.vote);
  }

  #tellValidBlock(c: LiveConsensus): void {
    const parts = c.proposalParts;
    if (parts === undefined || parts.total === 0 || this.#peers.size === 0) return;
    const { height, round, step } = c.round;
    const value = { height, round, blockPartSetHeader: parts.header, blockParts: parts.bitArray(), isCommit: step === STEP_COMMIT };
    this.#broadcast(STATE_CHANNEL, encodeConsensusMessage({ case: 'newValidBlock', value }));
  }

  /**
   * Peers learn from a block's parts only that their sender has them, and would send them to everybody else. CometBFT tells them with the
   * polka; by then most have been sent many times. The block is not even validated yet.
   */
  #tellWhole(c: LiveConsensus): void {
    if (!c.isProposer() && (c.proposalParts?.byteSize ?? 0) >= TELL_WHOLE_BYTES) this.#tellValidBlock(c);
  }

  #onVote(c: LiveConsensus, vote: Vote): void {
    if (this.#o.announceVotes === 'each') this.#tellVote(vote);
    else this.#announcer.added(vote);
    const { ownKey } = c;
    if (ownKey !== undefined && toHexUpper(vote.validatorAddress) === toHexUpper(ownKey.address)) for (const g of this.#peers.values()) g.offer(c, vote);
  }

  #tellVote({ height, round, type, validatorIndex: index }: Vote): void {
    this.#broadcast(STATE_CHANNEL, encodeConsensusMessage({ case: 'hasVote', value: { height, round, type, index } }));
  }

  #onProgress(): void {
    const c = this.#consensus;
    if (c === undefined) return;
    if (c.proposalParts !== undefined) for (const input of this.#parts.take(c.height, c.round.round)) this.#o.engine.receive(input);
    if (c.proposal === this.#seenProposal && !(c.isProposer() && c.proposalParts?.isComplete() === true)) return;
    this.#seenProposal = c.proposal;
    if (c.proposal !== undefined && c.isProposer()) for (const g of this.#peers.values()) g.data(c);
  }

  /** Gives every peer what it lacks; called by the poll. */
  poll(): void {
    const c = this.#consensus;
    if (c === undefined || this.#peers.size === 0) return;
    const now = this.#ms();
    for (const { tag, bytes } of this.#announcer.take(c)) this.#broadcast(VOTE_SET_BITS_CHANNEL, bytes, tag);
    if (now - this.#lastStepMs >= REPEAT_STEP_MS) this.#tellStep(c);
    for (const g of this.#peers.values()) {
      if (g.prs.assumed) this.#assume(g, c, now);
      g.waited(this.#o.gossipSleepMs);
      g.data(c);
      g.votes(c);
    }
  }

  /** Takes a silent peer to be at the height after its last block, and with us where that is our height. */
  #assume(g: PeerGossip, c: LiveConsensus, now: number): void {
    const { storeHeight, askStoreHeight } = this.#o;
    if (now < (this.#assumeAt.get(g.peer.id) ?? Number.POSITIVE_INFINITY)) return;
    this.#assumeAt.set(g.peer.id, now + ASSUME_AFTER_MS);
    askStoreHeight?.(g.peer);
    const stored = storeHeight?.(g.peer.id);
    const { initialHeight } = c.context;
    const next = stored === undefined ? c.height : stored === 0n ? initialHeight : stored + 1n;
    if (next === c.height) g.prs.assume(c.height, c.round.round, c.round.step);
    else if (next < c.height) g.prs.assume(next, 0, STEP_PREVOTE);
  }

  #queryMajorities(): void {
    const c = this.#consensus;
    if (c !== undefined) for (const g of this.#peers.values()) g.majority(c);
  }
}

/** Our votes of the running round. */
function ownVotes(c: LiveConsensus): Vote[] {
  const index = c.ownKey === undefined ? undefined : c.validators.getByAddress(c.ownKey.address)?.index;
  if (index === undefined) return [];
  const { round } = c.round;
  return [c.votes.prevotes(round)?.getByIndex(index), c.votes.precommits(round)?.getByIndex(index)].filter((v) => v !== undefined);
}

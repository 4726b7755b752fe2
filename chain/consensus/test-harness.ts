// A deterministic host for consensus cores: virtual time, fake signatures, real blocks and parts. `Sim` runs a whole network of them,
// `Lone` one core whose peers are played by the test.
import { installNoble } from '../crypto/noble.ts';
import { bytesEqual, concatBytes, toHex, utf8 } from '../encoding/bytes.ts';
import type { Time } from '../encoding/time.ts';
import { type Block, blockIdOf, bodyHashes, makePartSet } from '../types/block.ts';
import { type BlockId, ZERO_BLOCK_ID } from '../types/block-id.ts';
import { EMPTY_COMMIT } from '../types/commit.ts';
import { type ExtendedCommit, toCommit } from '../types/extended-commit.ts';
import { PROPOSAL, type Proposal } from '../types/proposal.ts';
import { newValidator } from '../types/validator.ts';
import { ValidatorSet } from '../types/validator-set.ts';
import type { Vote } from '../types/vote.ts';
import { type ConsensusConfig, DEFAULT_CONSENSUS_CONFIG } from './config.ts';
import { Driver } from './driver.ts';
import type { Candidate, ConsensusEvent, Effect, HeightContext, Input, Steps, Timeout, UnsignedVote } from './effects.ts';
import type { ConsensusError } from './errors.ts';

installNoble();

export const GENESIS_TIME: Time = 1_700_000_000_000_000_000n;
const EMPTY = new Uint8Array(0);

export function testValidators(powers: readonly bigint[]): ValidatorSet {
  return ValidatorSet.create(powers.map((p, i) => newValidator({ case: 'ed25519', value: new Uint8Array(32).fill(i + 1) }, p)));
}

/** A block on `height`; `salt` makes it differ. */
export function testBlock(ctx: HeightContext, proposer: Uint8Array, lastCommit: ExtendedCommit | undefined, salt: string, time: Time): Candidate {
  const data = { txs: salt === '' ? [] : [utf8(salt)] };
  const commit = lastCommit === undefined ? EMPTY_COMMIT : toCommit(lastCommit);
  const block: Block = {
    header: {
      version: { block: 11n, app: 0n },
      chainId: ctx.chainId,
      height: ctx.height,
      time,
      lastBlockId: lastCommit?.blockId ?? ZERO_BLOCK_ID,
      ...bodyHashes(data, [], commit),
      validatorsHash: ctx.validators.hash(),
      nextValidatorsHash: ctx.validators.hash(),
      consensusHash: new Uint8Array(32),
      appHash: EMPTY,
      lastResultsHash: EMPTY,
      proposerAddress: proposer,
    },
    data,
    evidence: [],
    lastCommit: commit,
  };
  const parts = makePartSet(block);
  return { id: blockIdOf(block, parts), block, parts };
}

const signature = (address: Uint8Array, what: string): Uint8Array => concatBytes(utf8('sig'), address, utf8(what));
const voteText = (v: UnsignedVote): string => `${v.type}/${v.height}/${v.round}/${toHex(v.blockId.hash)}`;

export function signedVote(v: UnsignedVote): Vote {
  return { ...v, signature: signature(v.validatorAddress, voteText(v)), extensionSignature: EMPTY };
}

export type HostOptions = {
  readonly config?: Partial<ConsensusConfig>;
  /** Why a block is invalid. */
  readonly invalid?: (c: Candidate) => string | undefined;
  readonly rejected?: (c: Candidate) => boolean;
};

/** Performs the effects of one core. */
export class Host {
  readonly index: number;
  readonly address: Uint8Array;
  readonly driver: Driver;
  readonly events: ConsensusEvent[] = [];
  readonly refused: ConsensusError[] = [];
  readonly evidence: (readonly [Vote, Vote])[] = [];
  readonly decided: { readonly candidate: Candidate; readonly commit: ExtendedCommit }[] = [];
  readonly timeouts: Timeout[] = [];
  /** Own signed messages in order. */
  readonly sent: Input[] = [];
  readonly logged: Input[] = [];
  readonly options: HostOptions;
  now: () => Time = () => GENESIS_TIME;
  onSend: (m: Input) => void = () => undefined;
  onTimeout: (t: Timeout) => void = () => undefined;
  salt = '';
  #validators: ValidatorSet;

  constructor(index: number, validators: ValidatorSet, options: HostOptions = {}) {
    this.index = index;
    this.#validators = validators;
    this.address = validators.validators[index]?.address ?? new Uint8Array(20);
    this.options = options;
    const key = validators.validators[index];
    const own = key === undefined ? undefined : { publicKey: key.pubKey, address: key.address };
    this.driver = new Driver({ ...DEFAULT_CONSENSUS_CONFIG, ...options.config }, this.context(1n), own, undefined);
  }

  /** The context of a height, for blocks of other heights. */
  context(height: bigint): HeightContext {
    const validators = height === 1n ? this.#validators : this.#validators.copyIncrementProposerPriority(Number(height - 1n));
    return {
      chainId: 'sim',
      height,
      initialHeight: 1n,
      validators,
      lastValidators: height === 1n ? undefined : this.#validators,
      maxBlockBytes: 1_000_000n,
      extensions: false,
      needProofBlock: height === 1n,
    };
  }

  drive(steps: Steps): void {
    let r = steps.next();
    while (!r.done) r = steps.next(this.#perform(r.value));
  }

  /** Handles an input and then all own messages that follow from it. */
  input(i: Input): void {
    this.drive(this.driver.handle(i));
    this.internal();
  }

  internal(): void {
    while (this.driver.hasInternal) this.drive(this.driver.handleInternal());
  }

  start(): void {
    this.drive(this.driver.begin());
    this.drive(this.driver.start());
    this.internal();
  }

  #perform(e: Effect): unknown {
    switch (e.type) {
      case 'now':
        return this.now();
      case 'walAppend': {
        const m = e.message;
        if (m.type === 'roundState' || m.type === 'endHeight') return undefined;
        this.logged.push(m);
        if ('peer' in m && m.peer === '') {
          this.sent.push(m);
          this.onSend(m);
        }
        return undefined;
      }
      case 'scheduleTimeout':
        this.timeouts.push(e.timeout);
        this.onTimeout(e.timeout);
        return undefined;
      case 'signVote':
        return signedVote(e.vote);
      case 'signProposal':
        return { ...e.proposal, signature: signature(this.address, 'proposal') };
      case 'verifyVote':
        return bytesEqual(e.vote.signature, signature(e.vote.validatorAddress, voteText(e.vote))) ? 'ok' : 'invalid-signature';
      case 'verifyProposal': {
        const proposer = this.driver.state.proposer.address;
        return bytesEqual(e.proposal.signature, signature(proposer, 'proposal'));
      }
      case 'createBlock':
        return testBlock(this.driver.state.context, this.address, e.lastCommit, `${this.salt}n${this.index}r${this.driver.state.round.round}`, this.now());
      case 'validateBlock':
        return this.options.invalid?.(e.candidate);
      case 'processProposal':
        return this.options.rejected?.(e.candidate) !== true;
      case 'finalize':
        this.decided.push({ candidate: e.candidate, commit: e.commit });
        return this.context(e.candidate.block.header.height + 1n);
      case 'publish':
        this.events.push(e.event);
        return undefined;
      case 'evidence':
        this.evidence.push([e.voteA, e.voteB]);
        return undefined;
      case 'refused':
        this.refused.push(e.error);
        return undefined;
      case 'extendVote':
        return EMPTY;
      case 'verifyVoteExtension':
        return true;
      case 'walSync':
        return undefined;
    }
  }
}

/** One core among validators whose messages the test makes up. */
export class Lone extends Host {
  /** The proposer of `round` at height 1. */
  proposerOf(round: number): number {
    const set = round === 0 ? this.driver.state.context.validators : this.driver.state.context.validators.copyIncrementProposerPriority(round);
    const address = set.proposer?.address ?? EMPTY;
    return this.driver.state.context.validators.getByAddress(address)?.index ?? -1;
  }

  get votes(): readonly Vote[] {
    return this.sent.flatMap((m) => (m.type === 'vote' ? [m.vote] : []));
  }

  /** The last vote as `type/round/hash or nil`. */
  lastVote(): string {
    const v = this.votes.at(-1);
    if (v === undefined) return 'none';
    return `${v.type === 1 ? 'prevote' : 'precommit'}/${v.round}/${v.blockId.hash.length === 0 ? 'nil' : toHex(v.blockId.hash).slice(0, 8)}`;
  }

  block(salt: string, time: Time = GENESIS_TIME): Candidate {
    return testBlock(this.driver.state.context, this.address, undefined, salt, time);
  }

  /** A proposal with all parts of its block. */
  propose(c: Candidate, round: number, polRound = -1, withParts = true): void {
    const proposer = this.driver.state.context.validators.validators[this.proposerOf(round)];
    const proposal: Proposal = {
      type: PROPOSAL,
      height: this.driver.state.height,
      round,
      polRound,
      blockId: c.id,
      timestamp: this.now(),
      signature: signature(proposer?.address ?? EMPTY, 'proposal'),
    };
    this.input({ type: 'proposal', proposal, peer: 'p' });
    if (withParts) this.parts(c, round);
  }

  parts(c: Candidate, round: number): void {
    for (let i = 0; i < c.parts.total; i++) {
      const part = c.parts.getPart(i);
      if (part !== undefined) this.input({ type: 'blockPart', height: this.driver.state.height, round, part, peer: 'p' });
    }
  }

  voteFrom(index: number, type: 1 | 2, round: number, id: BlockId | undefined, peer = `peer${index}`, height = this.driver.state.height): void {
    const validatorAddress = this.driver.state.context.validators.validators[index]?.address ?? EMPTY;
    const vote = signedVote({
      type,
      height,
      round,
      blockId: id ?? ZERO_BLOCK_ID,
      timestamp: this.now(),
      validatorAddress,
      validatorIndex: index,
      extension: EMPTY,
    });
    this.input({ type: 'vote', vote, peer });
  }

  /** Index of the k-th other validator, in the order in which `others` votes. */
  other(k: number): number {
    return k < this.index ? k : k + 1;
  }

  /** Votes of all others. */
  others(type: 1 | 2, round: number, id: BlockId | undefined, count = Number.POSITIVE_INFINITY): void {
    const { height } = this.driver.state;
    let sent = 0;
    for (let i = 0; i < this.driver.state.context.validators.size && sent < count; i++) {
      if (i === this.index) continue;
      this.voteFrom(i, type, round, id, `peer${i}`, height);
      sent++;
    }
  }

  /** Fires the timeout that was scheduled last. */
  fire(): void {
    const timeout = this.timeouts.at(-1);
    if (timeout !== undefined) this.input({ type: 'timeout', timeout });
  }

  eventTypes(): readonly string[] {
    return this.events.map((e) => e.type);
  }
}

/** What VoteSetMaj23 messages do: a vote of an equivocator is counted for a block that a peer has seen decided. */
function claimMajorities(from: Host, to: Host): void {
  for (const { round, prevotes, precommits } of from.driver.state.votes.rounds()) {
    for (const set of [prevotes, precommits]) {
      if (set.maj23 !== undefined) to.driver.state.votes.setPeerMaj23(round, set.type, `n${from.index}`, set.maj23);
    }
  }
}

interface Pending {
  readonly at: Time;
  readonly seq: number;
  readonly node: number;
  readonly input: Input;
}

/** Whether and after how long (nanoseconds) a message arrives. */
export type Link = (from: number, to: number, m: Input, now: Time) => bigint | 'lost';

/** A network of cores. Lost messages are sent again while their sender is at the height, as gossip does. */
export class Sim {
  readonly hosts: readonly Host[];
  now: Time = GENESIS_TIME;
  link: Link;
  readonly #queue: Pending[] = [];
  readonly #timers = new Map<number, Pending>();
  #seq = 0;

  constructor(powers: readonly bigint[], link: Link, options: (index: number) => HostOptions = () => ({})) {
    const validators = testValidators(powers);
    this.link = link;
    this.hosts = powers.map((_, i) => new Host(i, validators, options(i)));
    for (const h of this.hosts) {
      h.now = () => this.now;
      h.onSend = (m) => this.broadcast(h.index, m);
      h.onTimeout = (t) => this.#timer(h.index, t);
    }
  }

  start(): void {
    for (const h of this.hosts) h.start();
  }

  broadcast(from: number, m: Input): void {
    for (const to of this.hosts) if (to.index !== from) this.send(from, to.index, m);
  }

  send(from: number, to: number, m: Input): void {
    const delay = this.link(from, to, m, this.now);
    if (delay === 'lost') return;
    const input = 'peer' in m ? { ...m, peer: `n${from}` } : m;
    this.#queue.push({ at: this.now + delay, seq: this.#seq++, node: to, input });
  }

  #timer(node: number, t: Timeout): void {
    const running = this.#timers.get(node)?.input;
    if (running?.type === 'timeout') {
      const r = running.timeout;
      const older = t.height !== r.height ? t.height < r.height : t.round !== r.round ? t.round < r.round : t.step <= r.step;
      if (older) return;
    }
    this.#timers.set(node, { at: this.now + t.duration, seq: this.#seq++, node, input: { type: 'timeout', timeout: t } });
  }

  /** Sends again what every node signed for its running height and the one before. */
  gossip(): void {
    for (const from of this.hosts) {
      const { height } = from.driver.state;
      for (const m of from.sent) {
        const h = m.type === 'proposal' ? m.proposal.height : m.type === 'vote' ? m.vote.height : m.type === 'blockPart' ? m.height : -1n;
        if (h + 1n >= height) this.broadcast(from.index, m);
      }
      // A node that is behind gets the decided block and its commit, as the reactor's catch-up gives them.
      for (const to of this.hosts) {
        if (to.driver.state.height < height) this.#catchUp(from, to);
        else if (to !== from && to.driver.state.height === height) claimMajorities(from, to);
      }
    }
  }

  #catchUp(from: Host, to: Host): void {
    const decision = from.decided[Number(to.driver.state.height) - 1];
    if (decision === undefined) return;
    const { commit, candidate } = decision;
    to.driver.state.votes.setPeerMaj23(commit.round, 2, `n${from.index}`, commit.blockId);
    commit.extendedSignatures.forEach((s, i) => {
      if (s.blockIdFlag !== 2) return;
      const vote: Vote = {
        type: 2,
        height: commit.height,
        round: commit.round,
        blockId: commit.blockId,
        timestamp: s.timestamp,
        validatorAddress: s.validatorAddress,
        validatorIndex: i,
        signature: s.signature,
        extension: EMPTY,
        extensionSignature: EMPTY,
      };
      this.send(from.index, to.index, { type: 'vote', vote, peer: '' });
    });
    for (let i = 0; i < candidate.parts.total; i++) {
      const part = candidate.parts.getPart(i);
      if (part !== undefined) this.send(from.index, to.index, { type: 'blockPart', height: commit.height, round: commit.round, part, peer: '' });
    }
  }

  /** Processes the next message or timeout in virtual time; false if there is none. */
  step(): boolean {
    let next: Pending | undefined;
    const better = (p: Pending): boolean => next === undefined || p.at < next.at || (p.at === next.at && p.seq < next.seq);
    for (const p of this.#queue) if (better(p)) next = p;
    for (const p of this.#timers.values()) if (better(p)) next = p;
    if (next === undefined) return false;
    const at = this.#queue.indexOf(next);
    if (at >= 0) this.#queue.splice(at, 1);
    else this.#timers.delete(next.node);
    if (next.at > this.now) this.now = next.at;
    this.hosts[next.node]?.input(next.input);
    return true;
  }

  /** Runs until `done`; throws if that takes more than `max` steps. Gossips every 100 ms of virtual time. */
  runUntil(done: () => boolean, max = 20_000): void {
    let nextGossip = this.now + 100_000_000n;
    for (let i = 0; i < max; i++) {
      if (done()) return;
      if (this.now >= nextGossip) {
        this.gossip();
        nextGossip = this.now + 100_000_000n;
      }
      if (!this.step()) this.gossip();
    }
    throw new Error(
      `not done after ${max} steps: ${this.hosts.map((h) => `${h.driver.state.height}/${h.driver.state.round.round}/${h.driver.state.round.step}`).join(' ')}`,
    );
  }

  /** Every two nodes agree on every height that both decided. */
  agreement(): boolean {
    for (const a of this.hosts) {
      for (const b of this.hosts) {
        const n = Math.min(a.decided.length, b.decided.length);
        for (let i = 0; i < n; i++) {
          const x = a.decided[i]?.candidate.id.hash;
          const y = b.decided[i]?.candidate.id.hash;
          if (x === undefined || y === undefined || !bytesEqual(x, y)) return false;
        }
      }
    }
    return true;
  }
}

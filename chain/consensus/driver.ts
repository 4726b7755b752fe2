// The consensus core of one node: inputs in, effects out. Pure: no clock, no I/O, no signatures, no logger; the host performs what
// `handle` and `handleInternal` yield, one call at a time, and feeds the results back (effects.ts).
// Our own proposals, blocks and votes come back through `handleInternal`, after they were logged, as any other message.
// Invariants: an input is in the log before it is processed, ours durably; a refused message changes nothing but the peer's standing.
import type { ConsensusConfig } from './config.ts';
import { Core, type InternalMessage, type OwnKey } from './core.ts';
import { ask, type HeightContext, type Input, type Steps, type Timeout } from './effects.ts';
import { ConsensusError } from './errors.ts';
import { onBlockPart, onOwnBlock, onProposal } from './on-proposal.ts';
import { onVote } from './on-vote.ts';
import { STEP_NEW_HEIGHT, STEP_NEW_ROUND, STEP_PRECOMMIT_WAIT, STEP_PREVOTE_WAIT, STEP_PROPOSE } from './step.ts';
import { enterNewRound, enterPrecommit, enterPrevote, enterPropose } from './transitions.ts';
import type { VoteSet } from './vote-set.ts';

export class Driver {
  readonly #core: Core;

  /** `lastCommit`: the precommits of the height before; undefined only at the initial height. */
  constructor(config: ConsensusConfig, context: HeightContext, ownKey: OwnKey | undefined, lastCommit: VoteSet | undefined) {
    this.#core = new Core(config, context, ownKey, lastCommit);
  }

  /** For readers: gossip, RPC dumps, checkers. Nobody but the core may change it. */
  get state(): Readonly<Core> {
    return this.#core;
  }

  /** Tells the first step. Call once, before anything else. */
  *begin(): Steps {
    const c = this.#core;
    c.replaying = true;
    yield* c.startHeight(c.context, c.lastCommit);
    c.replaying = false;
  }

  /** Starts the timeout for round 0 of the height. Call after `begin` and a replay. */
  *start(): Steps {
    yield* this.#core.scheduleRound0();
  }

  /** Processes one input; throws only where consensus must stop. */
  *handle(input: Input): Steps {
    if (input.type !== 'txsAvailable') yield* ask('walAppend', { message: input, sync: false });
    yield* this.#process(input);
  }

  /** Processes an input from the log: as `handle`, but nothing is logged. Our own new messages wait for `handleInternal`. */
  *replay(input: Input): Steps {
    this.#core.replaying = true;
    try {
      yield* this.#process(input);
    } finally {
      this.#core.replaying = false;
    }
  }

  /** Messages of our own wait to be processed. */
  get hasInternal(): boolean {
    return this.#core.internal.length > 0;
  }

  *handleInternal(): Steps {
    const message = this.#core.internal.shift();
    if (message === undefined) return;
    if (message.type === 'ownBlock') {
      yield* this.#processOwnBlock(message);
      return;
    }
    // What we signed must survive a crash before anyone can act on it.
    yield* ask('walAppend', { message, sync: true });
    yield* this.#process(message);
  }

  /** Another source (block sync) applied blocks: goes on from there, unless the core is already that far. */
  *moveTo(context: HeightContext, lastCommit: VoteSet): Steps {
    const c = this.#core;
    if (context.height <= c.height) return;
    c.internal.length = 0;
    yield* c.startHeight(context, lastCommit);
    yield* c.scheduleRound0();
  }

  /** The signing key, if it changed. Takes effect with the next vote. */
  setOwnKey(key: OwnKey | undefined): void {
    this.#core.ownKey = key;
  }

  *#processOwnBlock({ round, candidate }: Extract<InternalMessage, { readonly type: 'ownBlock' }>): Steps {
    const { height } = candidate.block.header;
    for (let i = 0; i < candidate.parts.total; i++) {
      const part = candidate.parts.getPart(i);
      if (part === undefined) throw new Error('own block with a part missing');
      yield* ask('walAppend', { message: { type: 'blockPart', height, round, part, peer: '' }, sync: false });
    }
    yield* onOwnBlock(this.#core, candidate);
  }

  *#process(input: Input): Steps {
    const c = this.#core;
    try {
      switch (input.type) {
        case 'proposal':
          yield* onProposal(c, input.proposal);
          return;
        case 'blockPart':
          yield* onBlockPart(c, input.height, input.part);
          return;
        case 'vote':
          yield* onVote(c, input.vote, input.peer);
          return;
        case 'timeout':
          yield* this.#onTimeout(input.timeout);
          return;
        case 'txsAvailable':
          c.txsAvailable = true;
          if (c.round.round === 0 && c.round.step === STEP_NEW_ROUND) yield* enterPropose(c, 0);
          return;
      }
    } catch (e) {
      if (!(e instanceof ConsensusError)) throw e;
      const peer = 'peer' in input ? input.peer : '';
      // A part of an earlier round's block is late, not wrong.
      if (input.type === 'blockPart' && input.round !== c.round.round) return;
      yield* ask('refused', { error: e, peer });
    }
  }

  /** cmt:consensus/state.go handleTimeout. */
  *#onTimeout(t: Timeout): Steps {
    const c = this.#core;
    if (t.height !== c.height || t.round < c.round.round || (t.round === c.round.round && t.step < c.round.step)) return;
    switch (t.step) {
      case STEP_NEW_HEIGHT:
        yield* enterNewRound(c, 0);
        return;
      case STEP_NEW_ROUND:
        yield* enterPropose(c, t.round);
        return;
      // L57.
      case STEP_PROPOSE:
        yield* c.publish(c.roundStateEvent('TimeoutPropose'));
        yield* enterPrevote(c, t.round, 'timeoutPropose');
        return;
      // L61.
      case STEP_PREVOTE_WAIT:
        yield* c.publish(c.roundStateEvent('TimeoutWait'));
        yield* enterPrecommit(c, t.round);
        return;
      // L65.
      case STEP_PRECOMMIT_WAIT:
        yield* c.publish(c.roundStateEvent('TimeoutWait'));
        yield* enterPrecommit(c, t.round);
        yield* enterNewRound(c, t.round + 1);
        return;
      default:
        throw new Error(`timeout of step ${t.step}`);
    }
  }
}

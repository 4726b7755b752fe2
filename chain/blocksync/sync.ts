// Catching up by blocks (network.md §8, cmt:blocksync/reactor.go poolRoutine): fetches blocks of many peers, verifies each by the commit in
// the block after it, applies it. The signatures over a block are verified while the block before it is executed,
// those over several small ones together.
// Invariants: a block is applied only if more than 2/3 of its validators signed it and it follows the state; who sent a block that fails is
// dropped, with who sent the one after it; the state never goes back.
import type { BlockStore } from '../blockstore/block-store.ts';
import type { Logger } from '../engine/logger.ts';
import { type BlockExecutor, type CheckSignatures, concludePlan } from '../execution/block-executor.ts';
import { nextHeight, type State } from '../execution/state.ts';
import { BLOCKSYNC_CHANNEL } from '../p2p/channel.ts';
import { blockIdOf, makePartSet } from '../types/block.ts';
import { type BlockId, formatBlockId } from '../types/block-id.ts';
import type { Commit } from '../types/commit.ts';
import { type CommitPlan, concludeCommit, planVerifyCommit, type SignatureCheck } from '../types/commit-verify.ts';
import { voteExtensionsEnabled } from '../types/consensus-params.ts';
import { TypesError } from '../types/errors.ts';
import type { ExtendedCommit } from '../types/extended-commit.ts';
import { concludeExtensions, planVerifyCommitExtended } from '../types/extended-commit-verify.ts';
import type { PartSet } from '../types/part-set.ts';
import { sameValidators, type ValidatorSet } from '../types/validator-set.ts';
import { BlockPool, type Received } from './pool.ts';
import type { BlocksyncReactor, SyncBlock, SyncListener } from './reactor.ts';
import { encodeRequest, STATUS_REQUEST } from './wire.ts';

export interface BlockSyncDependencies {
  readonly reactor: BlocksyncReactor;
  readonly executor: BlockExecutor;
  readonly blockStore: BlockStore;
  readonly checkSignatures: CheckSignatures;
  readonly state: State;
  /** Told of each new state; the sync goes on when it resolves. */
  readonly onApplied: (state: State) => Promise<void>;
  /** This node's address, where it validates. */
  readonly ownAddress: Uint8Array | undefined;
  readonly logger: Logger;
  /** Milliseconds since 1970; the same as of consensus. */
  readonly clock: () => number;
  /** Peers that this node was told of: when so many have answered, there is nobody more to wait for. */
  readonly knownPeers?: () => number;
}

export interface SyncResult {
  readonly state: State;
  readonly blocks: number;
}

const STATUS_INTERVAL_MS = 10_000;
const SWITCH_INTERVAL_MS = 1000;
const WORK_INTERVAL_MS = 50;
const LOG_BLOCKS = 100;
/** Blocks that are prepared ahead while they are small, and how few there may be before more are. */
const AHEAD_MAX = 16n;
const AHEAD_MIN = 8n;
/** One that is larger takes long enough to execute for the next to be prepared meanwhile. */
const SMALL_BLOCK_BYTES = 32_768;

/** A block with what was computed of it ahead of its turn. */
interface Prepared {
  readonly first: Received<SyncBlock>;
  readonly second: Received<SyncBlock>;
  readonly validators: ValidatorSet;
  readonly id: BlockId;
  readonly parts: PartSet;
  /** Why the commit is no good; undefined: it is. */
  readonly failure: Promise<TypesError | undefined>;
  /** What the application looks at ahead of time. */
  readonly prefetched: Promise<void>;
}

export class BlockSync implements SyncListener {
  readonly #d: BlockSyncDependencies;
  readonly #clock: () => number;
  readonly #pool: BlockPool<SyncBlock>;
  readonly #done: Promise<SyncResult>;
  #resolve: (r: SyncResult) => void = () => undefined;
  #reject: (e: unknown) => void = () => undefined;
  #state: State;
  #blocks = 0;
  #ended = false;
  #applying: Promise<void> | undefined;
  /** By height: of the blocks that follow, what was computed ahead. */
  readonly #ahead = new Map<bigint, Prepared>();
  #statusAt: number;
  #switchAt: number;
  #rate = { since: 0, blocks: 0 };

  constructor(d: BlockSyncDependencies) {
    this.#d = d;
    this.#clock = d.clock;
    this.#state = d.state;
    this.#pool = new BlockPool({ startHeight: nextHeight(d.state), clock: this.#clock });
    const now = this.#clock();
    this.#statusAt = now;
    this.#switchAt = now + SWITCH_INTERVAL_MS;
    this.#rate = { since: now, blocks: 0 };
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get pool(): Pick<BlockPool<SyncBlock>, 'height' | 'maxPeerHeight' | 'peerCount'> {
    return this.#pool;
  }

  /** Runs until this node has caught up, or `stop`. Rejects where a verified block cannot be applied. */
  async run(): Promise<SyncResult> {
    this.begin();
    const timer = setInterval(() => this.tick(), WORK_INTERVAL_MS);
    try {
      return await this.#done;
    } finally {
      clearInterval(timer);
    }
  }

  /** Listens to the network. Tests call this and `tick` by a clock of their own; `run` does both. */
  begin(): void {
    this.#d.reactor.listen(this);
    this.tick();
  }

  get isApplying(): boolean {
    return this.#applying !== undefined;
  }

  get done(): Promise<SyncResult> {
    return this.#done;
  }

  /** Ends after the block in hand. */
  async stop(): Promise<void> {
    this.#end();
    await this.#applying;
    this.#resolve({ state: this.#state, blocks: this.#blocks });
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#d.reactor.listen(undefined);
  }

  status(peer: string, base: bigint, height: bigint): void {
    const reason = this.#pool.setPeerRange(peer, base, height);
    if (reason !== undefined) this.#d.logger.warn('a peer is not asked for blocks any more', { peer, reason });
    const known = this.#d.knownPeers?.() ?? 0;
    if (known > 0 && this.#pool.peerCount >= known) this.#switchAt = 0;
    this.tick();
  }

  expectsFrom(peer: string): boolean {
    return this.#pool.expectsFrom(peer);
  }

  block(peer: string, block: SyncBlock, bytes: number): string | undefined {
    const fault = this.#pool.addBlock(peer, block.block.header.height, block, bytes);
    this.tick();
    return fault;
  }

  noBlock(peer: string, height: bigint): string | undefined {
    const fault = this.#pool.noBlock(peer, height);
    this.tick();
    return fault;
  }

  removed(peer: string): void {
    this.#pool.removePeer(peer);
  }

  /** Everything that is due now. */
  tick(): void {
    if (this.#ended) return;
    const now = this.#clock();
    const { reactor } = this.#d;
    if (now >= this.#statusAt) {
      this.#statusAt = now + STATUS_INTERVAL_MS;
      for (const peer of reactor.peers.values()) peer.send(BLOCKSYNC_CHANNEL, STATUS_REQUEST, 'status-request');
    }
    for (const a of this.#pool.work()) {
      if (a.type === 'drop') reactor.peers.get(a.peer)?.drop(a.reason);
      else reactor.peers.get(a.peer)?.send(BLOCKSYNC_CHANNEL, encodeRequest(a.height));
    }
    this.#applying ??= this.#canApply() ? this.#applyAll() : undefined;
    if (now >= this.#switchAt) {
      this.#switchAt = now + SWITCH_INTERVAL_MS;
      if (this.#applying === undefined) this.#trySwitch();
    }
  }

  #canApply(): boolean {
    return this.#pool.peek(this.#pool.height) !== undefined && this.#pool.peek(this.#pool.height + 1n) !== undefined;
  }

  #trySwitch(): void {
    const s = this.#state;
    const { blockStore, logger } = this.#d;
    const { lastBlockHeight } = s;
    const needsExtensions = lastBlockHeight > 0n && voteExtensionsEnabled(s.consensusParams, lastBlockHeight);
    // Without the extensions of the last height this node could not propose.
    if (needsExtensions && this.#blocks === 0 && blockStore.loadExtendedCommit(lastBlockHeight) === undefined) return;
    if (!this.#pool.isCaughtUp() && !this.#blocksTheChain()) return;
    logger.info('caught up by blocks', { height: lastBlockHeight, blocks: this.#blocks, maxPeerHeight: this.#pool.maxPeerHeight });
    this.#end();
    this.#resolve({ state: s, blocks: this.#blocks });
  }

  /** The others cannot make a block without this node, so that waiting for one would be for ever. */
  #blocksTheChain(): boolean {
    const { ownAddress } = this.#d;
    const { validators } = this.#state;
    const own = ownAddress === undefined ? undefined : validators.getByAddress(ownAddress)?.validator;
    return own !== undefined && own.votingPower >= validators.totalVotingPower / 3n;
  }

  async #applyAll(): Promise<void> {
    try {
      while (!this.#ended && this.#canApply()) await this.#applyNext();
      await this.#d.executor.settled();
    } catch (e) {
      this.#end();
      this.#reject(e);
    } finally {
      this.#applying = undefined;
    }
  }

  #isCurrent(height: bigint, p: Prepared | undefined, validators: ValidatorSet): p is Prepared {
    return (
      p !== undefined &&
      p.first === this.#pool.peek(height) &&
      p.second === this.#pool.peek(height + 1n) &&
      // Priorities are no part of the hash and say nothing of a commit.
      (p.validators === validators || sameValidators(p.validators, validators))
    );
  }

  /** The block of a height whose validators are known for certain. */
  #take(height: bigint, validators: ValidatorSet): Prepared | undefined {
    const ahead = this.#ahead.get(height);
    this.#ahead.delete(height);
    if (this.#isCurrent(height, ahead, validators)) return ahead;
    this.#ahead.clear();
    this.#prepare(height, 1, validators);
    const prepared = this.#ahead.get(height);
    this.#ahead.delete(height);
    return prepared;
  }

  /** `validators` are those of `height`; the small blocks after it are taken to have the same, which is looked at when their turn comes. */
  #prepareAhead(height: bigint, validators: ValidatorSet): void {
    let missing = height;
    while (missing < height + AHEAD_MAX && this.#isCurrent(missing, this.#ahead.get(missing), validators)) missing++;
    if (missing > height && (missing >= height + AHEAD_MIN || !this.#isSmall(missing - 1n))) return;
    this.#prepare(missing, Number(height + AHEAD_MAX - missing), validators);
  }

  #isSmall(height: bigint): boolean {
    return (this.#pool.peek(height)?.bytes ?? 0) <= SMALL_BLOCK_BYTES;
  }

  /** As many blocks as are there, up to the first large one: their commits are verified as one batch. */
  #prepare(from: bigint, most: number, validators: ValidatorSet): void {
    const { checkSignatures, executor } = this.#d;
    const checks: SignatureCheck[] = [];
    let start: () => void = () => undefined;
    const verdicts = new Promise<void>((resolve) => {
      start = resolve;
    }).then(() => (checks.length === 0 ? [] : checkSignatures(checks)));
    verdicts.catch(() => undefined);
    for (let height = from; height < from + BigInt(most); height++) {
      const first = this.#pool.peek(height);
      const second = this.#pool.peek(height + 1n);
      if (first === undefined || second === undefined) break;
      const { block } = first.block;
      const parts = makePartSet(block);
      const id = blockIdOf(block, parts);
      const plan = planCommit(this.#state.chainId, validators, id, height, second.block.block.lastCommit);
      const at = checks.length;
      if (!(plan instanceof TypesError)) checks.push(...plan.checks);
      const failure = typesErrorOf(async () => {
        if (plan instanceof TypesError) throw plan;
        concludeCommit(plan, (await verdicts).slice(at, at + plan.checks.length));
      });
      // A failure of ours is thrown where the result is asked for.
      failure.catch(() => undefined);
      const prefetched = executor.prefetch(block);
      prefetched.catch(() => undefined);
      this.#ahead.set(height, { first, second, validators, id, parts, failure, prefetched });
      if (!this.#isSmall(height)) break;
    }
    start();
  }

  async #applyNext(): Promise<void> {
    const { executor, blockStore, onApplied, logger } = this.#d;
    const state = this.#state;
    const height = nextHeight(state);
    const p = this.#take(height, state.validators);
    if (p === undefined) return;
    const { block, extended } = p.first.block;
    const failure = (await p.failure) ?? (await typesErrorOf(() => this.#check(state, p)));
    if (failure !== undefined) {
      this.#refuse(height, p.id, failure);
      return;
    }
    await p.prefetched;
    this.#pool.pop(Number(block.header.time / 1_000_000n));
    const commit: Commit | ExtendedCommit = extended ?? (p.second.block.block.lastCommit as Commit);
    this.#prepareAhead(height + 1n, state.nextValidators);
    this.#state = await executor.applyVerifiedBlock(state, p.id, block, () => blockStore.saveBlock(block, p.parts, commit));
    this.#blocks++;
    await onApplied(this.#state);
    if (this.#blocks % LOG_BLOCKS === 0) {
      const now = this.#clock();
      const perSecond = Math.round(((this.#blocks - this.#rate.blocks) * 1000) / Math.max(1, now - this.#rate.since));
      this.#rate = { since: now, blocks: this.#blocks };
      logger.info('catching up by blocks', { height, maxPeerHeight: this.#pool.maxPeerHeight, blocksPerSecond: perSecond });
    }
  }

  /** What else there is to check, once the commit is good. */
  async #check(state: State, { first, id }: Prepared): Promise<void> {
    const { executor, checkSignatures } = this.#d;
    const { block, extended } = first.block;
    const { height } = block.header;
    const enabled = voteExtensionsEnabled(state.consensusParams, height);
    if (enabled !== (extended !== undefined)) {
      throw new TypesError(
        'commit',
        `vote extensions are ${enabled ? 'on' : 'off'} at height ${height}, but the block came ${enabled ? 'without' : 'with'} an extended commit`,
      );
    }
    if (extended !== undefined) {
      const plan = planVerifyCommitExtended(state.chainId, state.validators, id, height, extended);
      await concludePlan(plan.commit, checkSignatures);
      concludeExtensions(plan, await checkSignatures(plan.extensions));
    }
    // The last commit of all but the first block was verified as the proof of the block before it.
    await executor.validateBlock(state, block, { formChecked: true, skipLastCommit: this.#blocks > 0 });
  }

  #refuse(height: bigint, id: BlockId, failure: TypesError): void {
    const { logger, reactor } = this.#d;
    logger.error('a block of a peer is refused', { height, block: formatBlockId(id), error: failure.message });
    this.#ahead.clear();
    for (const h of [height, height + 1n]) {
      const peer = this.#pool.reject(h);
      if (peer !== undefined) reactor.peers.get(peer)?.drop(`block ${height} is refused: ${failure.message}`);
    }
  }
}

/** The check of a block's commit, or why there is nothing to check. */
function planCommit(chainId: string, validators: ValidatorSet, id: BlockId, height: bigint, commit: Commit | undefined): CommitPlan | TypesError {
  if (commit === undefined) return new TypesError('block', 'nil LastCommit');
  try {
    return planVerifyCommit(chainId, validators, id, height, commit);
  } catch (e) {
    if (e instanceof TypesError) return e;
    throw e;
  }
}

/** The TypesError that `check` fails with; other errors are thrown. */
async function typesErrorOf(check: () => Promise<void>): Promise<TypesError | undefined> {
  try {
    await check();
    return undefined;
  } catch (e) {
    if (e instanceof TypesError) return e;
    throw e;
  }
}

// From a decided block to the next state (cmt:state/execution.go): propose, validate, execute, commit, save, tell.
// Order of applyBlock, on which recovery depends: FinalizeBlock; save its response; Commit; save the state; prune; events. A crash between
// two of them is resolved by the handshake (handshake.ts).
import type { Application, ExecTxResult, FinalizeBlockRequest, FinalizeBlockResponse } from '../abci/application.ts';
import type { BlockStore } from '../blockstore/block-store.ts';
import type { Duration, Time } from '../encoding/time.ts';
import { type Block, blockHash, bodyHashes } from '../types/block.ts';
import type { BlockId } from '../types/block-id.ts';
import { EMPTY_COMMIT } from '../types/commit.ts';
import { type CommitPlan, concludeCommit, type SignatureCheck } from '../types/commit-verify.ts';
import { blockMaxBytes, consensusParamsHash, voteExtensionsEnabled } from '../types/consensus-params.ts';
import type { Evidence } from '../types/evidence.ts';
import { type ExtendedCommit, ensureExtensions, toCommit } from '../types/extended-commit.ts';
import { maxDataBytes } from '../types/limits.ts';
import { medianTime } from '../types/median-time.ts';
import { txsProtoSize } from '../types/tx.ts';
import type { Validator } from '../types/validator.ts';
import type { Vote } from '../types/vote.ts';
import { extendedCommitInfo, lastCommitInfo, misbehaviors } from './commit-info.ts';
import type { EventBus } from './event-bus.ts';
import type { BlockEventData } from './events.ts';
import type { State } from './state.ts';
import type { StateStore } from './state-store.ts';
import { updateState, validatorsFromUpdates } from './update-state.ts';
import { planBlockValidation, type ValidateBlockOptions } from './validate-block.ts';

/** What a state lets a transaction be (cmt:state/tx_filter.go); -1n: no limit. */
export interface TxLimits {
  /** Bytes with framing. */
  readonly maxDataBytes: bigint;
  readonly maxGas: bigint;
}

export function txLimits(s: State): TxLimits {
  const { block } = s.consensusParams;
  return { maxDataBytes: maxDataBytes(blockMaxBytes(block), 0n, s.validators.size), maxGas: block.maxGas };
}

/** What the executor asks of the mempool. */
export interface ExecutorMempool {
  /** Transactions for a block, in order; -1n is no limit. */
  reap(maxBytes: bigint, maxGas: bigint): readonly Uint8Array[];
  /** No new transaction is checked until `update` has ended: the application's check state is about to be replaced. */
  lock(): Promise<void>;
  /** Takes out what was committed and checks the rest again. Unlocks when it ends. */
  update(height: bigint, txs: readonly Uint8Array[], results: readonly ExecTxResult[], limits: TxLimits): Promise<void>;
  unlock(): void;
}

/** What the executor asks of the evidence pool. */
export interface ExecutorEvidence {
  /** As much as fits, oldest first, and the bytes it takes in a block. */
  pending(maxBytes: bigint): { readonly evidence: readonly Evidence[]; readonly bytes: bigint };
  /** Throws TypesError where a piece is not true, or was committed before. */
  check(evidence: readonly Evidence[]): Promise<void>;
  update(state: State, committed: readonly Evidence[]): Promise<void>;
}

/** Results in the order of the checks. */
export type CheckSignatures = (checks: readonly SignatureCheck[]) => readonly boolean[] | Promise<readonly boolean[]>;

export interface BlockExecutorDependencies {
  readonly stateStore: StateStore;
  readonly blockStore: BlockStore;
  readonly application: Application;
  readonly mempool: ExecutorMempool;
  readonly evidence: ExecutorEvidence;
  readonly eventBus: EventBus;
  readonly checkSignatures: CheckSignatures;
  readonly now: () => Time;
  /** consensus.block_time_tolerance. */
  readonly blockTimeTolerance: Duration;
  /** Called between the steps that a crash may fall between. */
  readonly failPoint?: (name: string) => void;
  /** Called before heights from `from` to below `to` are deleted. */
  readonly beforePrune?: (from: bigint, to: bigint) => Promise<void>;
  /** The mempool could not be updated: the node goes on, the operator must know. */
  readonly onError: (what: string, error: unknown) => void;
}

export async function concludePlan(plan: CommitPlan | undefined, check: CheckSignatures): Promise<void> {
  if (plan !== undefined) concludeCommit(plan, plan.checks.length === 0 ? [] : await check(plan.checks));
}

/** No block can be proposed now; the node goes on and votes on the blocks of others. */
export class ProposalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProposalError';
  }
}

export class BlockExecutor {
  readonly #d: BlockExecutorDependencies;
  /** The block validated last against the height it is for: proposals are validated up to three times. */
  #validated: { readonly block: Block; readonly height: bigint } | undefined;
  /** Blocks whose body was hashed into their header here. */
  readonly #made = new WeakSet<Block>();
  #mempoolUpdate: Promise<void> = Promise.resolve();
  #saving: Promise<void> = Promise.resolve();

  constructor(d: BlockExecutorDependencies) {
    this.#d = d;
  }

  /** A new block on top of the state. Throws ProposalError where none can be made. */
  async createProposalBlock(state: State, height: bigint, lastCommit: ExtendedCommit | undefined, proposerAddress: Uint8Array): Promise<Block> {
    const { application, evidence, mempool } = this.#d;
    const params = state.consensusParams;
    const pending = evidence.pending(params.evidence.maxBytes);
    const dataBytes = maxDataBytes(blockMaxBytes(params.block), pending.bytes, state.validators.size);
    if (dataBytes < 0n)
      throw new ProposalError(`block.max_bytes ${params.block.maxBytes} cannot hold a commit of ${state.validators.size} validators; raise it`);
    // What waits was checked against the last committed state only when this has ended.
    await this.settled();
    const txs = mempool.reap(params.block.maxBytes === -1n ? -1n : dataBytes, params.block.maxGas);
    if (lastCommit !== undefined) ensureExtensions(lastCommit, voteExtensionsEnabled(params, lastCommit.height));
    const commit = lastCommit === undefined ? EMPTY_COMMIT : toCommit(lastCommit);
    const time = height === state.initialHeight ? state.lastBlockTime : medianTime(commit, state.lastValidators);
    const nextValidatorsHash = state.nextValidators.hash();
    const prepared = await application.prepareProposal({
      maxTxBytes: dataBytes,
      txs,
      localLastCommit: extendedCommitInfo(lastCommit, state.lastValidators),
      misbehavior: misbehaviors(pending.evidence),
      height,
      time,
      nextValidatorsHash,
      proposerAddress,
    });
    const size = BigInt(txsProtoSize(prepared.txs));
    if (size > dataBytes) throw new ProposalError(`PrepareProposal gave transactions of ${size} bytes, more than the ${dataBytes} that fit`);
    const data = { txs: prepared.txs };
    const block: Block = {
      header: {
        version: state.version,
        chainId: state.chainId,
        height,
        time,
        lastBlockId: state.lastBlockId,
        ...bodyHashes(data, pending.evidence, commit),
        validatorsHash: state.validators.hash(),
        nextValidatorsHash,
        consensusHash: consensusParamsHash(state.consensusParams),
        appHash: state.appHash,
        lastResultsHash: state.lastResultsHash,
        proposerAddress,
      },
      data,
      evidence: pending.evidence,
      lastCommit: commit,
    };
    this.#made.add(block);
    return block;
  }

  #request(state: State, block: Block): Omit<FinalizeBlockRequest, 'decidedLastCommit'> & { readonly lastCommit: FinalizeBlockRequest['decidedLastCommit'] } {
    const { header, data, evidence } = block;
    return {
      txs: data.txs,
      lastCommit: lastCommitInfo(block, state.lastValidators, state.initialHeight),
      misbehavior: misbehaviors(evidence),
      hash: blockHash(block),
      height: header.height,
      time: header.time,
      nextValidatorsHash: header.nextValidatorsHash,
      proposerAddress: header.proposerAddress,
    };
  }

  async processProposal(state: State, block: Block): Promise<boolean> {
    const { lastCommit, ...request } = this.#request(state, block);
    const { status } = await this.#d.application.processProposal({ ...request, proposedLastCommit: lastCommit });
    if (status !== 1 && status !== 2) throw new Error(`ProcessProposal responded with status ${status}`);
    return status === 1;
  }

  async extendVote(state: State, block: Block): Promise<Uint8Array> {
    const { lastCommit, ...request } = this.#request(state, block);
    return (await this.#d.application.extendVote({ ...request, proposedLastCommit: lastCommit })).voteExtension;
  }

  async verifyVoteExtension(vote: Pick<Vote, 'blockId' | 'height' | 'validatorAddress' | 'extension'>): Promise<boolean> {
    const { status } = await this.#d.application.verifyVoteExtension({
      hash: vote.blockId.hash,
      validatorAddress: vote.validatorAddress,
      height: vote.height,
      voteExtension: vote.extension,
    });
    if (status !== 1 && status !== 2) throw new Error(`VerifyVoteExtension responded with status ${status}`);
    return status === 1;
  }

  /** Throws TypesError where the block may not follow the state. */
  async validateBlock(state: State, block: Block, options: ValidateBlockOptions = {}): Promise<void> {
    await this.#validate(state, block, options);
    await this.#d.evidence.check(block.evidence);
  }

  async #validate(state: State, block: Block, options: ValidateBlockOptions): Promise<void> {
    const last = this.#validated;
    if (last !== undefined && last.block === block && last.height === block.header.height && state.lastBlockHeight < last.height) return;
    const { checkSignatures, now, blockTimeTolerance } = this.#d;
    const formChecked = options.formChecked === true || this.#made.has(block);
    const plan = planBlockValidation(state, block, { ...options, formChecked, clock: { now: now(), tolerance: blockTimeTolerance } });
    await concludePlan(plan, checkSignatures);
    this.#validated = { block, height: block.header.height };
  }

  /** The block will be executed after the next one: its transactions may be looked at meanwhile. */
  async prefetch(block: Block): Promise<void> {
    if (block.data.txs.length > 0) await this.#d.application.prefetch?.(block.data.txs);
  }

  /** Validates and applies a block, as block sync and replay do. */
  async applyBlock(state: State, blockId: BlockId, block: Block, options: ValidateBlockOptions = {}): Promise<State> {
    await this.#validate(state, block, options);
    return this.applyVerifiedBlock(state, blockId, block);
  }

  /**
   * `store` writes the block, together with its results, before the application commits. The state is then written while the caller goes on,
   * with the next block at the latest: until then it is made again from the results.
   */
  async applyVerifiedBlock(state: State, blockId: BlockId, block: Block, store?: () => Promise<void>): Promise<State> {
    const { application, stateStore, evidence, eventBus, failPoint } = this.#d;
    const { height } = block.header;
    const { lastCommit, ...request } = this.#request(state, block);
    const response = await application.finalizeBlock({ ...request, decidedLastCommit: lastCommit });
    if (response.txResults.length !== block.data.txs.length) {
      throw new Error(`FinalizeBlock gave ${response.txResults.length} results for the ${block.data.txs.length} transactions of height ${height}`);
    }
    failPoint?.('finalized');
    await Promise.all([this.#saving, store?.(), stateStore.saveResults(height, response)]);
    failPoint?.('results-saved');
    const updates = validatorsFromUpdates(response.validatorUpdates, state.consensusParams);
    const next = updateState(state, blockId, block.header, response, updates);
    const retainHeight = await this.#commit(next, block, response);
    failPoint?.('committed');
    await evidence.update(next, block.evidence);
    this.#saving = stateStore.save(next);
    // A failure is thrown with the next block.
    this.#saving.catch(() => undefined);
    if (store === undefined || retainHeight > 0n) await this.#saving;
    failPoint?.('state-saved');
    if (retainHeight > 0n) await this.#prune(retainHeight, next);
    await eventBus.publishAll(blockEvents(block, blockId, response, updates));
    return next;
  }

  async #commit(state: State, block: Block, response: FinalizeBlockResponse): Promise<bigint> {
    const { mempool, application, onError } = this.#d;
    await mempool.lock();
    let retainHeight: bigint;
    try {
      ({ retainHeight } = await application.commit());
    } catch (e) {
      mempool.unlock();
      throw e;
    }
    // The next height need not wait for the rest of the mempool to be checked again.
    this.#mempoolUpdate = mempool
      .update(block.header.height, block.data.txs, response.txResults, txLimits(state))
      .catch((e: unknown) => onError('mempool update', e));
    return retainHeight;
  }

  /** Resolves when the mempool has seen the last block and the state is on the disk. */
  async settled(): Promise<void> {
    await this.#mempoolUpdate;
    await this.#saving;
  }

  async #prune(retainHeight: bigint, state: State): Promise<void> {
    const { blockStore, stateStore, beforePrune, onError } = this.#d;
    const { base } = blockStore;
    if (retainHeight <= base) return;
    try {
      await beforePrune?.(base, retainHeight);
      await blockStore.prune(retainHeight);
      const { maxAgeNumBlocks } = state.consensusParams.evidence;
      const evidenceFrom = state.lastBlockHeight - maxAgeNumBlocks;
      await stateStore.prune(base, retainHeight, evidenceFrom < retainHeight ? (evidenceFrom > 0n ? evidenceFrom : 1n) : retainHeight);
    } catch (e) {
      if (!(e instanceof RangeError)) throw e;
      onError(`pruning to height ${retainHeight}`, e);
    }
  }
}

function* blockEvents(block: Block, blockId: BlockId, result: FinalizeBlockResponse, updates: readonly Validator[]): Generator<BlockEventData> {
  const { height } = block.header;
  const { txs } = block.data;
  yield { type: 'NewBlock', block, blockId, result };
  yield { type: 'NewBlockHeader', header: block.header };
  yield { type: 'NewBlockEvents', height, events: result.events, numTxs: BigInt(txs.length) };
  for (const evidence of block.evidence) yield { type: 'NewEvidence', height, evidence };
  for (const [index, tx] of txs.entries()) {
    const txResult = result.txResults[index];
    if (txResult !== undefined) yield { type: 'Tx', height, index, tx, result: txResult };
  }
  if (updates.length > 0) yield { type: 'ValidatorSetUpdates', validatorUpdates: updates };
}

/** Executes and commits a block on an application that is behind, without touching the state (cmt:state/execution.go ExecCommitBlock). */
export async function executeOnly(application: Application, block: Block, lastValidators: State['lastValidators'], initialHeight: bigint): Promise<Uint8Array> {
  const { header, data, evidence } = block;
  const response = await application.finalizeBlock({
    txs: data.txs,
    decidedLastCommit: lastCommitInfo(block, lastValidators, initialHeight),
    misbehavior: misbehaviors(evidence),
    hash: blockHash(block),
    height: header.height,
    time: header.time,
    nextValidatorsHash: header.nextValidatorsHash,
    proposerAddress: header.proposerAddress,
  });
  if (response.txResults.length !== data.txs.length) {
    throw new Error(`FinalizeBlock gave ${response.txResults.length} results for the ${data.txs.length} transactions of height ${header.height}`);
  }
  await application.commit();
  return response.appHash;
}

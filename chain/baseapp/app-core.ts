// What the stations of a block share: options, the branches of state, and contexts on them. base-app.ts makes an ABCI application of it.
import { blockInfo, type Context, type ExecMode } from '../core/context.ts';
import { GasMeter } from '../core/gas.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';
import { AbciError } from './errors.ts';
import type { BaseAppOptions } from './options.ts';
import { markIndexed } from './results.ts';
import { runTx, type TxOutcome } from './run-tx.ts';
import { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

const NOTHING: ReadonlySet<string> = new Set(['']);

export class AppCore<T extends AppTx> {
  readonly options: BaseAppOptions<T>;
  /** Height of the first block; known after InitChain, else the next one. */
  initialHeight = 1n;
  /** Told by Info: how many upgrades this process has seen done, as the reference counts them. */
  appVersion = 0n;
  checkState: WorkingState;
  /** Between InitChain or the begin of a block and its commit. */
  finalizeState: WorkingState | undefined;
  /** Transactions of the block that was executed into the store and waits for its commit. */
  executed: readonly Uint8Array[] | undefined;
  /** Settles when the last transaction before is judged; undefined where none is under way. */
  lastCheck: Promise<void> | undefined;

  constructor(options: BaseAppOptions<T>) {
    this.options = options;
    this.checkState = this.#stateOfStore();
  }

  /** The store has become another state: a snapshot was restored. */
  restored(): void {
    this.checkState = this.#stateOfStore();
    this.finalizeState = undefined;
    this.executed = undefined;
  }

  #stateOfStore(): WorkingState {
    const { options } = this;
    // The reference starts with height 0 here and so refuses signatures until the next commit; the last height is what they were made for.
    const { height } = options.store.last;
    const time = options.store.timeAt?.(height);
    const state = new WorkingState(options.store.branch(), blockInfo(options.chainId, { height, ...(time === undefined ? {} : { time }) }));
    state.consensusParams = this.paramsOf(state);
    return state;
  }

  get chainId(): string {
    return this.options.chainId;
  }
  get lastHeight(): bigint {
    return this.options.store.last.height;
  }
  get lastAppHash(): Uint8Array {
    return this.options.store.last.appHash;
  }

  /** Consensus parameters in a state; read with no gas charged to anyone. */
  paramsOf(state: WorkingState): ConsensusParams | undefined {
    return this.options.consensusParams.get(state.context('query'));
  }

  /** A context for one transaction on a state. Parameters are read anew: an earlier transaction of the block may have changed them. */
  txContext(state: WorkingState, mode: ExecMode, txBytes: Uint8Array): Context {
    const ctx = state.context(mode, { txBytes, minGasPrices: this.options.minGasPrices ?? [] });
    return ctx.with({ consensusParams: this.options.consensusParams.get(ctx) });
  }

  /** A meter for a block: limited where max_gas is positive. */
  blockGasMeter(params: ConsensusParams | undefined): GasMeter {
    const max = params?.block?.maxGas ?? 0n;
    if (max < -1n) throw new AbciError(`invalid maximum block gas: ${max}`);
    return max > 0n ? GasMeter.withLimit(max) : GasMeter.infinite();
  }

  /** Executes a transaction in the state that InitChain builds. Throws its error where it fails. */
  deliverGenesisTx(txBytes: Uint8Array): void {
    const state = this.finalizeState;
    if (state === undefined) throw new AbciError('a genesis transaction outside of InitChain');
    const { error } = runTx(this.options, this.txContext(state, 'finalize', txBytes));
    if (error !== undefined) throw error;
  }

  /** Runs a transaction on a branch of the check state without signatures being looked at; nothing is kept. */
  simulate(txBytes: Uint8Array): TxOutcome {
    const outcome = runTx(this.options, this.txContext(this.checkState, 'simulate', txBytes).branch().ctx);
    // Nothing indexes a simulation, and the reference says so.
    return { ...outcome, events: markIndexed(outcome.events, NOTHING) };
  }
}

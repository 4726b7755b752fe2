// The context of an execution: which block, which mode, which state, who counts gas and events. Handlers and keepers get it first.
// One object for one transaction or block phase; `branch` gives a child whose writes and events can be thrown away.
// Source: sdk:types/context.go.
import type { Time } from '../encoding/time.ts';
import { GO_ZERO_TIME } from '../encoding/time.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';
import type { DecCoin } from './dec-coins.ts';
import { EventManager } from './events.ts';
import { GasMeter } from './gas.ts';
import { GasStore } from './gas-store.ts';
import type { KVStore, MultiStore } from './kv-store.ts';

export type ExecMode =
  | 'check'
  | 'recheck'
  | 'simulate'
  | 'prepareProposal'
  | 'processProposal'
  | 'voteExtension'
  | 'verifyVoteExtension'
  | 'finalize'
  | 'query';

export interface VoteInfo {
  readonly validator: { readonly address: Uint8Array; readonly power: bigint };
  /** 1 absent, 2 commit, 3 nil. */
  readonly blockIdFlag: number;
}
export interface Misbehavior {
  /** 1 duplicate vote, 2 light client attack. */
  readonly type: number;
  readonly validator: { readonly address: Uint8Array; readonly power: bigint };
  readonly height: bigint;
  readonly time: Time;
  readonly totalVotingPower: bigint;
}

/** What is known of the block in which something is executed. */
export interface BlockInfo {
  readonly chainId: string;
  /** 0 while the genesis is read. */
  readonly height: bigint;
  readonly time: Time;
  /** Hash of this block's header; empty where none is known. */
  readonly hash: Uint8Array;
  /** State root before this block. */
  readonly appHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly lastCommit: { readonly round: number; readonly votes: readonly VoteInfo[] };
  readonly misbehavior: readonly Misbehavior[];
}

const EMPTY = new Uint8Array(0);

export function blockInfo(chainId: string, part: Partial<BlockInfo> = {}): BlockInfo {
  return {
    chainId,
    height: 0n,
    time: GO_ZERO_TIME,
    hash: EMPTY,
    appHash: EMPTY,
    proposerAddress: EMPTY,
    nextValidatorsHash: EMPTY,
    lastCommit: { round: 0, votes: [] },
    misbehavior: [],
    ...part,
  };
}

export interface ContextOptions {
  readonly block: BlockInfo;
  readonly mode: ExecMode;
  readonly stores: MultiStore;
  readonly gasMeter?: GasMeter;
  readonly blockGasMeter?: GasMeter;
  readonly events?: EventManager;
  readonly consensusParams?: ConsensusParams | undefined;
  /** Sorted by denom; checked in CheckTx only. */
  readonly minGasPrices?: readonly DecCoin[];
  readonly txBytes?: Uint8Array;
}

export class Context {
  readonly block: BlockInfo;
  readonly mode: ExecMode;
  readonly stores: MultiStore;
  readonly blockGasMeter: GasMeter;
  readonly events: EventManager;
  readonly consensusParams: ConsensusParams | undefined;
  readonly minGasPrices: readonly DecCoin[];
  readonly txBytes: Uint8Array;
  /** Set by the fee decorator; the application's mempool may order by it. */
  priority = 0n;
  #gasMeter: GasMeter;
  // A handful of stores at most: two lists are found faster than a map is made.
  #openNames: string[] | undefined;
  #open: KVStore[] | undefined;

  constructor(o: ContextOptions) {
    this.block = o.block;
    this.mode = o.mode;
    this.stores = o.stores;
    this.#gasMeter = o.gasMeter ?? GasMeter.infinite();
    this.blockGasMeter = o.blockGasMeter ?? GasMeter.infinite();
    this.events = o.events ?? new EventManager();
    this.consensusParams = o.consensusParams;
    this.minGasPrices = o.minGasPrices ?? [];
    this.txBytes = o.txBytes ?? EMPTY;
  }

  get chainId(): string {
    return this.block.chainId;
  }
  get height(): bigint {
    return this.block.height;
  }
  /** Time of this block, nanoseconds. */
  get time(): Time {
    return this.block.time;
  }
  get gasMeter(): GasMeter {
    return this.#gasMeter;
  }
  /** CheckTx, and what runs on its state: fees are measured against this node's minimum. */
  get isCheck(): boolean {
    return this.mode === 'check' || this.mode === 'recheck' || this.mode === 'simulate' || this.mode === 'query';
  }

  /** From here on another meter counts, here and in stores opened before. */
  setGasMeter(meter: GasMeter): void {
    this.#gasMeter = meter;
    this.#openNames = undefined;
    this.#open = undefined;
  }

  /** A module's store; its accesses are charged to this context's meter. */
  store(name: string): KVStore {
    const at = this.#openNames?.indexOf(name) ?? -1;
    if (at >= 0) return this.#open?.[at] as KVStore;
    const s = new GasStore(this.stores.kvStore(name), this.#gasMeter);
    if (this.#openNames === undefined || this.#open === undefined) {
      this.#openNames = [name];
      this.#open = [s];
    } else {
      this.#openNames.push(name);
      this.#open.push(s);
    }
    return s;
  }

  /** A copy with some parts replaced; shares what is not named. Written out, as it is made several times for each transaction. */
  with(part: Partial<ContextOptions>): Context {
    const c = new Context({
      block: part.block ?? this.block,
      mode: part.mode ?? this.mode,
      stores: part.stores ?? this.stores,
      gasMeter: part.gasMeter ?? this.#gasMeter,
      blockGasMeter: part.blockGasMeter ?? this.blockGasMeter,
      events: part.events ?? this.events,
      consensusParams: part.consensusParams ?? this.consensusParams,
      minGasPrices: part.minGasPrices ?? this.minGasPrices,
      txBytes: part.txBytes ?? this.txBytes,
    });
    c.priority = this.priority;
    return c;
  }

  /** A child on a branch of the state with its own events and the same gas meter; `write` hands both to this context. */
  branch(): { readonly ctx: Context; readonly write: () => void } {
    const stores = this.stores.branch();
    const ctx = this.with({ stores, events: new EventManager() });
    return {
      ctx,
      write: () => {
        this.events.emitAll(ctx.events.events);
        stores.write();
      },
    };
  }
}

// What a base application is made of. chain/app fills this in; one reason per order list stands there.
import type { Application, InitChainRequest } from '../abci/application.ts';
import type { AddressCodec } from '../core/address.ts';
import type { Context } from '../core/context.ts';
import type { DecCoin } from '../core/dec-coins.ts';
import type { CommitMultiStore } from '../core/kv-store.ts';
import type { ValidatorUpdate } from '../core/module.ts';
import type { SignatureItem } from '../core/signature.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';
import type { MsgRouter } from './msg-router.ts';
import type { QueryRouter } from './query-router.ts';
import type { AnteHandler } from './run-tx.ts';
import type { SignatureCache } from './signature-cache.ts';
import type { AppTx, TxDecoder } from './tx.ts';

/** Where consensus parameters live in state (modules/consensus). */
export interface ConsensusParamsStore {
  get(ctx: Context): ConsensusParams | undefined;
  set(ctx: Context, params: ConsensusParams): void;
}

/** State-sync snapshots, where the store makes them. */
export type SnapshotPort = Pick<Application, 'listSnapshots' | 'offerSnapshot' | 'loadSnapshotChunk' | 'applySnapshotChunk'> & {
  /** How far back the oldest snapshot reaches, in heights; 0: none is taken. */
  readonly retentionHeights: bigint;
  /** Called after each commit. */
  afterCommit(height: bigint): void;
};

export interface BaseAppOptions<T extends AppTx> {
  /** Reported by Info and by "/app/version". */
  readonly name: string;
  readonly version: string;
  readonly chainId: string;
  readonly store: CommitMultiStore;
  /** Stores that "/store/<name>/…" queries may name. */
  readonly storeNames: readonly string[];
  readonly decodeTx: TxDecoder<T>;
  readonly ante: AnteHandler<T>;
  readonly messages: MsgRouter;
  readonly queries: QueryRouter;
  readonly addresses: AddressCodec;
  readonly consensusParams: ConsensusParamsStore;
  readonly initChainer: (ctx: Context, req: InitChainRequest) => readonly ValidatorUpdate[];
  /** True where the consensus parameters changed. */
  readonly preBlocker: (ctx: Context) => boolean;
  readonly beginBlocker: (ctx: Context) => void;
  readonly endBlocker: (ctx: Context) => readonly ValidatorUpdate[];
  readonly signatures: SignatureCache;
  /** The signatures of a transaction, by the state of `ctx`; empty where they cannot be told. */
  readonly signatureItems: (ctx: Context, tx: T) => readonly SignatureItem[];
  /** Starts at a state and takes a proposal's transactions in order: false where one's sequence does not follow. */
  readonly sequenceTracker: (ctx: Context) => (tx: T) => boolean;
  /** This node's minimum; checked in CheckTx only. */
  readonly minGasPrices?: readonly DecCoin[];
  /** Blocks kept for others; 0 keeps all. */
  readonly minRetainBlocks?: bigint;
  /** 0 stops never. */
  readonly haltHeight?: bigint;
  /** Unix seconds; 0 stops never. */
  readonly haltTime?: bigint;
  /** Gas a query may use; 0 is no limit. */
  readonly queryGasLimit?: bigint;
  /** "type.attribute" names that are indexed; empty: all. */
  readonly indexEvents?: ReadonlySet<string>;
  readonly snapshots?: SnapshotPort;
  /** Called between transactions of a block, so that a long block leaves the event loop free. */
  readonly yieldNow?: () => Promise<void>;
}

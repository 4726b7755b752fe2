// Our block executor with an application of its own in memory, fed with blocks that another node made.
import type { FinalizeBlockResponse } from '../../../chain/abci/application.ts';
import { createTrellisApp, type TrellisApp } from '../../../chain/app/app.ts';
import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import { BlockStore } from '../../../chain/blockstore/block-store.ts';
import { ChainDb, section } from '../../../chain/blockstore/durable-db.ts';
import { BlockExecutor } from '../../../chain/execution/block-executor.ts';
import { EventBus } from '../../../chain/execution/event-bus.ts';
import { handshake } from '../../../chain/execution/handshake.ts';
import type { State } from '../../../chain/execution/state.ts';
import { StateStore } from '../../../chain/execution/state-store.ts';
import { openCommitMultiStore } from '../../../chain/store/multistore.ts';
import type { Block } from '../../../chain/types/block.ts';
import type { BlockId } from '../../../chain/types/block-id.ts';
import type { Commit } from '../../../chain/types/commit.ts';
import type { SignatureCheck } from '../../../chain/types/commit-verify.ts';
import type { GenesisDoc } from '../../../chain/types/genesis-doc.ts';
import type { PartSet } from '../../../chain/types/part-set.ts';
import { verifyEach } from '../../../chain/types/verify-signature.ts';
import { type Recording, recording } from './recording.ts';

const nobody = (): never => {
  throw new Error('a listener or the mempool failed');
};

export class Replica {
  state: State;
  /** Signatures of last commits that were verified. */
  signatures = 0;
  readonly app: TrellisApp;
  readonly application: Recording;
  readonly db: ChainDb;
  readonly blockStore: BlockStore;
  readonly eventBus: EventBus;
  readonly executor: BlockExecutor;

  private constructor(state: State, app: TrellisApp, application: Recording, db: ChainDb, blockStore: BlockStore, stateStore: StateStore) {
    this.state = state;
    this.app = app;
    this.application = application;
    this.db = db;
    this.blockStore = blockStore;
    this.eventBus = new EventBus(nobody);
    this.executor = new BlockExecutor({
      stateStore,
      blockStore,
      application,
      mempool: { reap: () => [], lock: async () => undefined, update: async () => undefined, unlock: () => undefined },
      evidence: { pending: () => ({ evidence: [], bytes: 0n }), check: async () => undefined, update: async () => undefined },
      eventBus: this.eventBus,
      checkSignatures: (checks) => this.#verify(checks),
      now: () => BigInt(Date.now()) * 1_000_000n,
      blockTimeTolerance: 60_000_000_000n,
      onError: nobody,
    });
  }

  /** InitChain is done, no block is. */
  static async open(genesis: GenesisDoc): Promise<Replica> {
    const store = await openCommitMultiStore({ mode: 'nothing', stores: STORE_NAMES });
    const app = createTrellisApp({ store, chainId: genesis.chainId });
    const application = recording(app);
    const db = await ChainDb.memory();
    const blockStore = BlockStore.open(section(db, 'b'));
    const stateStore = new StateStore(section(db, 's'));
    const { state } = await handshake({
      application,
      stateStore,
      blockStore,
      genesis,
      version: 'replica',
      eventBus: new EventBus(nobody),
      checkSignatures: verifyEach,
      now: () => 0n,
      blockTimeTolerance: 0n,
      onError: nobody,
    });
    return new Replica(state, app, application, db, blockStore, stateStore);
  }

  #verify(checks: readonly SignatureCheck[]): readonly boolean[] {
    this.signatures += checks.length;
    return verifyEach(checks);
  }

  /** Stores, validates with the last commit's signatures, and applies. Throws TypesError where the block may not follow. */
  async apply(block: Block, id: BlockId, parts: PartSet, seen: Commit): Promise<FinalizeBlockResponse> {
    await this.executor.validateBlock(this.state, block);
    await this.blockStore.saveBlock(block, parts, seen);
    this.state = await this.executor.applyBlock(this.state, id, block);
    const done = this.application.blocks.get(block.header.height);
    if (done === undefined) throw new Error(`block ${block.header.height} was not executed`);
    return done.response;
  }
}

// One application of a simulated chain, on its disk as a node has it (pruning `default`), or in memory.
import { join } from 'node:path';
import { createTrellisApp, type TrellisApp } from '../../../chain/app/app.ts';
import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import { openCommitMultiStore } from '../../../chain/store/multistore.ts';
import { SnapshotFolder } from '../../../chain/store/snapshots/folder.ts';
import { SnapshotManager } from '../../../chain/store/snapshots/manager.ts';
import { CHAIN } from './genesis.ts';

export interface ReplicaOptions {
  /** undefined: in memory. */
  readonly folder?: string;
  /** Plans of these heights are passed over. */
  readonly skipUpgradeHeights: ReadonlySet<bigint>;
}

export class Replica {
  readonly app: TrellisApp;
  readonly snapshots: SnapshotManager | undefined;
  readonly #close: () => Promise<void>;

  private constructor(app: TrellisApp, snapshots: SnapshotManager | undefined, close: () => Promise<void>) {
    this.app = app;
    this.snapshots = snapshots;
    this.#close = close;
  }

  static async open(o: ReplicaOptions): Promise<Replica> {
    const { folder, skipUpgradeHeights } = o;
    const common = { chainId: CHAIN.chainId, bech32Prefix: CHAIN.prefix, baseDenom: CHAIN.denom, skipUpgradeHeights };
    if (folder === undefined) {
      const store = await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES });
      return new Replica(createTrellisApp({ store, ...common }), undefined, () => store.close());
    }
    const store = await openCommitMultiStore({ dir: join(folder, 'application.db'), mode: 'default', stores: STORE_NAMES });
    const snapshots = new SnapshotManager({
      store,
      folder: new SnapshotFolder(join(folder, 'snapshots')),
      interval: 0,
      keepRecent: 0,
      onRestored: () => app.restored(),
    });
    const app: TrellisApp = createTrellisApp({ store, snapshots, ...common });
    return new Replica(app, snapshots, async () => {
      await snapshots.close();
      await store.close();
    });
  }

  /** Becomes the state of `from` at its last height, as state sync makes it: by the calls that an engine makes. */
  async restoreFrom(from: Replica): Promise<void> {
    const { lastHeight, lastAppHash } = from.app;
    await from.snapshots?.create(lastHeight);
    const snapshot = (await from.app.listSnapshots()).find((s) => s.height === lastHeight);
    if (snapshot === undefined) throw new Error(`no snapshot of height ${lastHeight}`);
    const offered = await this.app.offerSnapshot({ snapshot, appHash: lastAppHash });
    if (offered.result !== 1) throw new Error(`the snapshot of height ${lastHeight} is refused: ${offered.result}`);
    for (let index = 0; index < snapshot.chunks; index++) {
      const { chunk } = await from.app.loadSnapshotChunk({ height: lastHeight, format: snapshot.format, chunk: index });
      const applied = await this.app.applySnapshotChunk({ index, chunk, sender: '' });
      if (applied.result !== 1) throw new Error(`chunk ${index} of height ${lastHeight} is refused: ${applied.result}`);
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}

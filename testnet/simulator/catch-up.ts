// How a simulated node that starts reaches its peers: by blocks, then consensus (the part of chain/node/catch-up.ts that needs no configuration).
import type { BlocksyncReactor } from '../../chain/blocksync/reactor.ts';
import { BlockSync } from '../../chain/blocksync/sync.ts';
import type { Engine } from '../../chain/engine/engine.ts';
import type { Logger } from '../../chain/engine/logger.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';

export class SimCatchUp {
  readonly #engine: Engine;
  readonly #sync: BlockSync;
  readonly #onFailure: (e: unknown) => void;
  #running: Promise<void> = Promise.resolve();
  #stopping = false;
  isSyncing = true;

  constructor(engine: Engine, reactor: BlocksyncReactor, logger: Logger, onFailure: (e: unknown) => void) {
    const { executor, blockStore, checkSignatures, state, publicKey } = engine;
    const ownAddress = publicKey === undefined ? undefined : addressOfKey(publicKey);
    this.#engine = engine;
    this.#onFailure = onFailure;
    this.#sync = new BlockSync({ reactor, executor, blockStore, checkSignatures, state, onApplied: (s) => engine.advance(s), ownAddress, logger });
  }

  start(): void {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    try {
      await this.#sync.run();
      if (this.#stopping) return;
      this.isSyncing = false;
      await this.#engine.start();
    } catch (e) {
      this.#onFailure(e);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#sync.stop();
    await this.#running;
  }
}

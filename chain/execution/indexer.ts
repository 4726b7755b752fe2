// Feeds the index from committed blocks, in order and behind the chain. The chain may be so many blocks ahead; then it waits.
import type { ChainIndex } from './chain-index.ts';
import type { EventBus } from './event-bus.ts';

/** Blocks that may wait to be indexed. */
const BACKLOG_MAX = 16;

export class Indexer {
  readonly #index: ChainIndex;
  readonly #onError: (error: unknown) => void;
  readonly #unsubscribe: () => void;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #failed = false;

  constructor(index: ChainIndex, eventBus: EventBus, onError: (error: unknown) => void) {
    this.#index = index;
    this.#onError = onError;
    this.#unsubscribe = eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
      if (data.type !== 'NewBlock') return;
      const { block, result } = data;
      this.#waiting++;
      this.#last = this.#last
        .then(async () => {
          // After a failure nothing more is indexed: the next start begins again at the height that failed.
          if (!this.#failed) await this.#index.index(block.header.height, block.data.txs, result.txResults, result.events);
        })
        .catch((e: unknown) => {
          this.#failed = true;
          this.#onError(e);
        })
        .finally(() => {
          this.#waiting--;
        });
    });
  }

  /** Resolves when the backlog is small enough for another block. */
  async room(): Promise<void> {
    if (this.#waiting >= BACKLOG_MAX) await this.#last;
  }

  /** Resolves when all published blocks are indexed. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#last;
  }
}

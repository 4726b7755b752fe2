// How a node that starts reaches the height of its peers before it takes part: by a snapshot where statesync is on and there is no state,
// then by blocks, then consensus (cmt:node/node.go NewNode, startStateSync). Without a network consensus begins at once.

import type { BlocksyncReactor } from '../blocksync/reactor.ts';
import { BlockSync } from '../blocksync/sync.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import type { Engine } from '../engine/engine.ts';
import type { State } from '../execution/state.ts';
import { addressOfKey } from '../types/validator-address.ts';
import type { Startable } from './lifecycle.ts';
import type { Logger } from './logger.ts';

export interface CatchUpParts {
  readonly engine: Engine;
  /** undefined: no network. */
  readonly blocksync: BlocksyncReactor | undefined;
  readonly logger: Logger;
  /** This node can go no further. */
  readonly onFailure: (error: unknown) => void;
}

export interface CatchUp extends Startable {
  readonly isSyncing: boolean;
}

/** Nobody else votes, so nobody can be ahead (cmt:node/setup.go onlyValidatorIsUs). */
function isOnlyValidator(s: State, address: Uint8Array | undefined): boolean {
  const [only] = s.validators.validators;
  return address !== undefined && s.validators.size === 1 && only !== undefined && bytesEqual(only.address, address);
}

export function createCatchUp({ engine, blocksync, logger, onFailure }: CatchUpParts): CatchUp {
  const ownAddress = engine.publicKey === undefined ? undefined : addressOfKey(engine.publicKey);
  let syncing = blocksync !== undefined && !isOnlyValidator(engine.state, ownAddress);
  let stopping = false;
  let sync: BlockSync | undefined;
  let running: Promise<void> = Promise.resolve();

  const byBlocks = async (reactor: BlocksyncReactor): Promise<void> => {
    const { executor, blockStore, checkSignatures, state } = engine;
    logger.info('catching up by blocks', { height: state.lastBlockHeight });
    sync = new BlockSync({ reactor, executor, blockStore, checkSignatures, state, onApplied: (s) => engine.advance(s), ownAddress, logger });
    await sync.run();
  };
  const run = async (reactor: BlocksyncReactor): Promise<void> => {
    try {
      await byBlocks(reactor);
      if (stopping) return;
      // Before: peers are told of the first steps.
      syncing = false;
      await engine.start();
    } catch (e) {
      logger.error('catching up failed', { error: e instanceof Error ? (e.stack ?? e.message) : String(e) });
      onFailure(e);
    }
  };
  return {
    get isSyncing() {
      return syncing;
    },
    async start() {
      if (blocksync !== undefined && syncing) running = run(blocksync);
      else await engine.start();
    },
    async stop() {
      stopping = true;
      await sync?.stop();
      await running;
    },
  };
}

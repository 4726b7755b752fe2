// A chain of our own engine, in process and in memory, with what it asked of the application and was answered written down.
import { join } from 'node:path';
import { createTrellisApp } from '../../../chain/app/app.ts';
import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import { ChainDb } from '../../../chain/blockstore/durable-db.ts';
import { DEFAULT_CONSENSUS_CONFIG } from '../../../chain/consensus/config.ts';
import { Engine } from '../../../chain/engine/engine.ts';
import { walPath } from '../../../chain/engine/wal.ts';
import { DEFAULT_MEMPOOL_CONFIG } from '../../../chain/mempool/mempool.ts';
import { FilePrivValidator } from '../../../chain/privval/file.ts';
import { openCommitMultiStore } from '../../../chain/store/multistore.ts';
import type { GenesisDoc } from '../../../chain/types/genesis-doc.ts';
import type { Case } from '../traffic/cases.ts';
import { type Recording, recording } from './recording.ts';

const MS = 1_000_000n;
const silent = (): void => undefined;

/** Runs the engine until `height`, sending cases through the mempool and smuggling each `smuggle` into a block. `home` has the validator's key. */
export async function runEmbedded(
  home: string,
  genesis: GenesisDoc,
  o: { readonly height: bigint; readonly makeSet: () => readonly Case[]; readonly perBlock: number; readonly smuggle: readonly Case[] },
): Promise<Recording> {
  const store = await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES });
  const app = createTrellisApp({ store, chainId: genesis.chainId });
  const record = recording(app);
  record.smuggled.push(...o.smuggle.map((c) => c.txs));
  let fail: (e: unknown) => void = silent;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const engine = await Engine.open({
    genesis,
    db: await ChainDb.memory(),
    application: record,
    privValidator: FilePrivValidator.load({ key: join(home, 'config/priv_validator_key.json'), state: join(home, 'data/priv_validator_state.json') }),
    walFile: walPath(join(home, 'data')),
    config: {
      consensus: { ...DEFAULT_CONSENSUS_CONFIG, timeoutCommit: 20n * MS },
      mempool: DEFAULT_MEMPOOL_CONFIG,
      blockTimeTolerance: 60_000n * MS,
      doubleSignCheckHeight: 0n,
      index: false,
      version: 'embedded',
    },
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    onFailure: fail,
  });
  let pending: Uint8Array[] = [];
  const done = new Promise<void>((resolve) => {
    engine.eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
      if (data.type !== 'NewBlock') return;
      if (data.block.header.height >= o.height && record.smuggled.length === 0) return resolve();
      if (pending.length < o.perBlock) pending = [...pending, ...o.makeSet().flatMap((c) => c.txs)];
      // Refusals are part of the traffic: an error of the mempool (a transaction it knows already) as well as a code.
      for (const tx of pending.splice(0, o.perBlock)) void engine.mempool.checkTx(tx).catch(silent);
    });
  });
  await engine.start();
  await Promise.race([done, failed]);
  await engine.stop();
  await store.close();
  return record;
}

// A chain made without consensus: blocks of transfers, executed by the application and signed by validators whose keys are known, written into
// a home as a node would. Runs as a process of its own: `node stored-chain.ts HOME PLAN(JSON)`.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ChainDb, section } from '../../../../chain/blockstore/durable-db.ts';
import { openApplication } from '../../../../chain/cmd/application.ts';
import { toHex } from '../../../../chain/encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../../../../chain/encoding/time.ts';
import { Engine } from '../../../../chain/engine/engine.ts';
import { BlockExecutor, type ExecutorMempool } from '../../../../chain/execution/block-executor.ts';
import { installNative } from '../../../../chain/native/install.ts';
import { createNativeSigner } from '../../../../chain/native/signer.ts';
import { loadNodeConfig } from '../../../../chain/node/config/config.ts';
import { engineConfig } from '../../../../chain/node/engine-config.ts';
import { pinGenesis, readGenesisFile } from '../../../../chain/node/genesis-file.ts';
import { createLogger } from '../../../../chain/node/logger.ts';
import { blockIdOf, makePartSet } from '../../../../chain/types/block.ts';
import { BLOCK_ID_FLAG_COMMIT, type Commit } from '../../../../chain/types/commit.ts';
import type { ExtendedCommit } from '../../../../chain/types/extended-commit.ts';
import { addressOfKey } from '../../../../chain/types/validator-address.ts';
import { PRECOMMIT, voteSignBytes } from '../../../../chain/types/vote.ts';
import { runProcess } from '../../../../testnet/launcher/process.ts';
import { loadAccounts, signedTransfers } from '../../support/accounts.ts';

export interface ChainPlan {
  readonly chainId: string;
  readonly denom: string;
  readonly validators: number;
  readonly accounts: number;
  readonly blocks: number;
  readonly txsPerBlock: number;
}

const EMPTY = new Uint8Array(0);
const FEE = '5000';

const seedOf = (i: number): Uint8Array => createHash('sha256').update(`trellis bench validator ${i}`).digest();

/** The validators as CometBFT's genesis names them. */
export function genesisValidators(count: number): readonly object[] {
  const signer = createNativeSigner();
  return Array.from({ length: count }, (_, i) => {
    const value = signer.ed25519PublicKey(seedOf(i));
    const address = toHex(addressOfKey({ case: 'ed25519', value })).toUpperCase();
    return { address, pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.from(value).toString('base64') }, power: '10', name: `v${i}` };
  });
}

/** Writes the chain of the home's genesis into it. Gives the bytes of its last block. */
export async function makeStoredChain(home: string, plan: ChainPlan): Promise<number> {
  const out = await runProcess(process.execPath, [fileURLToPath(import.meta.url), home, JSON.stringify(plan)]);
  return Number(out.trim().split('\n').at(-1));
}

async function make(home: string, plan: ChainPlan): Promise<number> {
  installNative();
  const config = loadNodeConfig({ home, environment: {}, flags: new Map() });
  const logger = createLogger({ level: 'error', format: 'plain' });
  const genesis = readGenesisFile(config.files.genesis);
  const db = await ChainDb.open(`${config.files.data}/chain.db`);
  await pinGenesis(section(db, 'n'), config.files.genesis, genesis.hash);
  const opened = await openApplication({ config, chainId: plan.chainId, version: 'bench' });
  const engine = await Engine.open({
    genesis: genesis.doc,
    db,
    application: opened.application,
    privValidator: undefined,
    walFile: config.files.consensusWal,
    config: engineConfig(config, 'bench'),
    logger,
    onFailure: (e) => {
      throw e;
    },
  });
  let txs: readonly Uint8Array[] = [];
  const mempool: ExecutorMempool = { reap: () => txs, lock: async () => undefined, update: async () => undefined, unlock: () => undefined };
  const executor = new BlockExecutor({
    stateStore: engine.stateStore,
    blockStore: engine.blockStore,
    application: opened.application,
    mempool,
    evidence: engine.evidence,
    eventBus: engine.eventBus,
    checkSignatures: engine.checkSignatures,
    now: () => engine.now(),
    blockTimeTolerance: 0n,
    onError: (what, e) => {
      throw new Error(`${what}: ${String(e)}`);
    },
  });
  const signer = createNativeSigner();
  const secrets = new Map(
    Array.from({ length: plan.validators }, (_, i) => {
      const secret = seedOf(i);
      return [toHex(addressOfKey({ case: 'ed25519', value: signer.ed25519PublicKey(secret) })), secret] as const;
    }),
  );
  const accounts = plan.txsPerBlock === 0 ? [] : loadAccounts(plan.accounts, 'trellis');
  const transfers =
    plan.txsPerBlock === 0
      ? []
      : signedTransfers({
          chainId: plan.chainId,
          denom: plan.denom,
          accounts,
          firstNumber: 0n,
          firstSequence: 0n,
          count: plan.blocks * plan.txsPerBlock,
          fee: FEE,
        });
  let { state } = engine;
  let last: ExtendedCommit | undefined;
  let size = 0;
  for (let h = 1; h <= plan.blocks; h++) {
    txs = transfers.slice((h - 1) * plan.txsPerBlock, h * plan.txsPerBlock);
    const height = BigInt(h);
    const proposer = state.validators.proposer;
    if (proposer === undefined) throw new Error('no proposer');
    const block = await executor.createProposalBlock(state, height, last, proposer.address);
    if (block.data.txs.length !== plan.txsPerBlock) throw new Error(`block ${h} has ${block.data.txs.length} of ${plan.txsPerBlock} transactions`);
    const parts = makePartSet(block);
    size = parts.byteSize;
    const blockId = blockIdOf(block, parts);
    const timestamp = block.header.time + NANOS_PER_SECOND;
    const signatures = state.validators.validators.map((v) => ({
      blockIdFlag: BLOCK_ID_FLAG_COMMIT,
      validatorAddress: v.address,
      timestamp,
      signature: signer.ed25519(
        secrets.get(toHex(v.address)) as Uint8Array,
        voteSignBytes(plan.chainId, { type: PRECOMMIT, height, round: 0, blockId, timestamp }),
      ),
    }));
    const commit: Commit = { height, round: 0, blockId, signatures };
    state = await executor.applyVerifiedBlock(state, blockId, block, () => engine.blockStore.saveBlock(block, parts, commit));
    await engine.advance(state);
    last = { height, round: 0, blockId, extendedSignatures: signatures.map((s) => ({ ...s, extension: EMPTY, extensionSignature: EMPTY })) };
    if (h === plan.blocks) {
      const failed = engine.stateStore.loadResults(height)?.txResults.find((r) => r.code !== 0);
      if (failed !== undefined) throw new Error(`a transfer of the last block failed: ${failed.codespace} ${failed.code} ${failed.log}`);
    }
  }
  await executor.settled();
  await engine.stop();
  await opened.close();
  await db.close();
  return size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [home, plan] = process.argv.slice(2);
  console.log(await make(home as string, JSON.parse(plan as string) as ChainPlan));
}

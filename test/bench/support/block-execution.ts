// FinalizeBlock and Commit alone, on blocks of MsgSend: no RPC, no mempool, no consensus. Ours in a process of its own, the peer as a
// program behind the ABCI socket; both get the same blocks from the same genesis and persist what they commit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Application } from '../../../chain/abci/application.ts';
import { connectApplication, type SocketApplication } from '../../../chain/abci/socket/client.ts';
import { createTrellisApp } from '../../../chain/app/app.ts';
import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import { utf8 } from '../../../chain/encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../../../chain/encoding/time.ts';
import { installNative } from '../../../chain/native/install.ts';
import { createNativeVerifier } from '../../../chain/native/verifier.ts';
import { openCommitMultiStore } from '../../../chain/store/multistore.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../../chain/types/consensus-params.ts';
import { temporaryFolder } from '../../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../../testnet/launcher/ports.ts';
import { runProcess, startProcess } from '../../../testnet/launcher/process.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import { genesisEntries, type LoadAccount, loadAccounts, signedTransfers } from './accounts.ts';
import { cpuSeconds } from './process-stats.ts';

const CHAIN_ID = 'bench-1';
const ACCOUNTS = 10_000;
const GENESIS_TIME = 1_700_000_000n * NANOS_PER_SECOND;
const EMPTY = new Uint8Array(0);
/** Blocks that warm up and are not counted. */
const WARM = 3;

export interface ExecutionPlan {
  readonly blocks: number;
  readonly txsPerBlock: number;
}

export interface ExecutionFigures {
  /** FinalizeBlock and Commit, µs CPU per transaction, where CheckTx has seen the transactions before. */
  readonly known: number;
  /** As above, with decoding and signatures, as of transactions that were never seen. */
  readonly unknown: number;
  /** CheckTx of a new transaction, µs CPU. */
  readonly check: number;
}

function transfers(accounts: readonly LoadAccount[], denom: string, firstNumber: bigint, plan: ExecutionPlan): Uint8Array[][] {
  const blocks = 2 * (WARM + plan.blocks);
  const txs = signedTransfers({
    chainId: CHAIN_ID,
    denom,
    accounts,
    firstNumber,
    firstSequence: 0n,
    count: blocks * plan.txsPerBlock,
    fee: '200',
  });
  return Array.from({ length: blocks }, (_, i) => txs.slice(i * plan.txsPerBlock, (i + 1) * plan.txsPerBlock));
}

/** `cpu` gives the seconds of the application's process. Odd blocks are checked before. */
async function drive(app: Application, blocks: readonly (readonly Uint8Array[])[], cpu: () => number): Promise<ExecutionFigures> {
  const spent = { known: 0, unknown: 0, check: 0 };
  const counted = { known: 0, unknown: 0, check: 0 };
  for (const [i, txs] of blocks.entries()) {
    const kind = i % 2 === 1 ? 'known' : 'unknown';
    const counts = i >= 2 * WARM;
    const beforeCheck = cpu();
    if (kind === 'known') {
      for (const tx of txs) {
        const r = await app.checkTx({ tx, type: 0 });
        if (r.code !== 0) throw new Error(`CheckTx: ${r.codespace} ${r.code} ${r.log}`);
      }
    }
    const before = cpu();
    const height = BigInt(i + 1);
    const r = await app.finalizeBlock({
      txs,
      decidedLastCommit: { round: 0, votes: [] },
      misbehavior: [],
      hash: new Uint8Array(32),
      height,
      time: GENESIS_TIME + height * NANOS_PER_SECOND,
      nextValidatorsHash: EMPTY,
      proposerAddress: new Uint8Array(20),
    });
    await app.commit();
    const bad = r.txResults.find((t) => t.code !== 0);
    if (bad !== undefined) throw new Error(`FinalizeBlock: ${bad.codespace} ${bad.code} ${bad.log}`);
    if (!counts) continue;
    spent[kind] += cpu() - before;
    counted[kind] += txs.length;
    if (kind !== 'known') continue;
    spent.check += before - beforeCheck;
    counted.check += txs.length;
  }
  const micros = (kind: keyof ExecutionFigures): number => (spent[kind] * 1e6) / counted[kind];
  return { known: micros('known'), unknown: micros('unknown'), check: micros('check') };
}

/** In this process. */
async function measureOurs(dir: string, plan: ExecutionPlan): Promise<ExecutionFigures> {
  installNative();
  const accounts = loadAccounts(ACCOUNTS, 'trellis');
  const entries = genesisEntries(accounts, 'utrel', '1000000000');
  const blocks = transfers(accounts, 'utrel', 0n, plan);
  const verifier = createNativeVerifier();
  const store = await openCommitMultiStore({ dir: join(dir, 'application.db'), mode: 'custom', stores: STORE_NAMES });
  const app = createTrellisApp({
    store,
    chainId: CHAIN_ID,
    verifyBatch: async (items) => items.map((i) => verifier.verify(i.algorithm, i.publicKey, i.message, i.signature)),
  });
  const params = {
    max_memo_characters: '256',
    tx_sig_limit: '7',
    tx_size_cost_per_byte: '10',
    sig_verify_cost_ed25519: '590',
    sig_verify_cost_secp256k1: '1000',
  };
  const appState = {
    auth: { params, accounts: entries.auth.map((a, i) => ({ ...a, account_number: String(i) })) },
    bank: {
      params: { send_enabled: [], default_send_enabled: true },
      balances: entries.balances,
      supply: [],
      denom_metadata: [],
      send_enabled: [],
    },
  };
  await app.initChain({
    time: GENESIS_TIME,
    chainId: CHAIN_ID,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: [],
    appStateBytes: utf8(JSON.stringify(appState)),
    initialHeight: 1n,
  });
  const cpu = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const figures = await drive(app, blocks, cpu);
  await store.close();
  return figures;
}

export async function oursExecuting(plan: ExecutionPlan): Promise<ExecutionFigures> {
  const args = [String(plan.blocks), String(plan.txsPerBlock)];
  return JSON.parse(await runProcess(process.execPath, [fileURLToPath(import.meta.url), temporaryFolder('execution'), ...args])) as ExecutionFigures;
}

/** Go simd on a home of simd-home.ts with ACCOUNTS load accounts of denom `stake`. */
export async function peerExecuting(program: string, home: string, plan: ExecutionPlan): Promise<ExecutionFigures> {
  const blocks = transfers(loadAccounts(ACCOUNTS, 'cosmos'), 'stake', 1n, plan);
  const genesis = JSON.parse(readFileSync(join(home, 'config/genesis.json'), 'utf8')) as { readonly app_state: object };
  const [port = 0] = await freePorts(1);
  const address = `tcp://127.0.0.1:${port}`;
  const p = startProcess(program, ['start', '--home', home, '--with-comet=false', '--transport', 'socket', '--address', address, '--grpc.enable=false']);
  try {
    const app: SocketApplication = await waitFor(
      'the ABCI socket of the peer',
      () => {
        if (p.exit() !== undefined) throw new Error(`${program} ended: ${p.output().slice(-2000)}`);
        return connectApplication(address);
      },
      60_000,
    );
    await app.initChain({
      time: GENESIS_TIME,
      chainId: CHAIN_ID,
      consensusParams: DEFAULT_CONSENSUS_PARAMS,
      validators: [],
      appStateBytes: utf8(JSON.stringify(genesis.app_state)),
      initialHeight: 1n,
    });
    const figures = await drive(app, blocks, () => cpuSeconds(p.pid));
    app.close();
    return figures;
  } finally {
    await p.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dir, blocks, txsPerBlock] = process.argv.slice(2);
  console.log(JSON.stringify(await measureOurs(dir as string, { blocks: Number(blocks), txsPerBlock: Number(txsPerBlock) })));
}

// Our application beside simd (SDK 0.53.4) over the ABCI socket: same genesis, same blocks, same codes, texts, gas and events.
// `node test/differential/app.ts [--record] [--random N] [--seed S]`: with --record simd's answers are kept for the unit test
// (recorded.json.gz); --random adds N blocks of one random transaction each.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ExecTxResult } from '../../chain/abci/application.ts';
import { connectApplication, type SocketApplication } from '../../chain/abci/socket/client.ts';
import type { TrellisApp } from '../../chain/app/app.ts';
import { fromBase64, utf8 } from '../../chain/encoding/bytes.ts';
import { parseTime } from '../../chain/encoding/time.ts';
import { txDecoder } from '../../chain/tx/decode.ts';
import { allInterfaces } from '../../chain/tx/interfaces.ts';
import { AnteTx } from '../../modules/auth/ante/ante-tx.ts';
import { SignMode } from '../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { runProcess, startProcess } from '../../testnet/launcher/process.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Random } from '../fuzz/mutate.ts';
import { addresses, funded, type TestKey } from './app/keys.ts';
import { Choices, KINDS } from './app/random-messages.ts';
import { type RecordedTx, writeRecording } from './app/recording.ts';
import { blockRequest, difference, ourApp, PARAMS } from './app/replay.ts';
import { type NamedTx, scenarioBlocks } from './app/scenarios.ts';
import { CHAIN_ID, DENOM, makeTx } from './app/sign.ts';

const BALANCE = '1000000000';

/** A home with one validator, the funded accounts, and no inflation, which would change balances with every block. */
// biome-ignore lint/suspicious/noExplicitAny: simd's genesis file, whose few fields we name are simd's
async function makeHome(simd: string, home: string): Promise<{ readonly genesis: Record<string, any>; readonly time: bigint }> {
  await runProcess(simd, ['init', 'val', '--chain-id', CHAIN_ID, '--home', home]);
  await runProcess(simd, ['keys', 'add', 'val', '--keyring-backend', 'test', '--home', home]);
  await runProcess(simd, ['genesis', 'add-genesis-account', 'val', `${BALANCE}stake,${BALANCE}${DENOM}`, '--keyring-backend', 'test', '--home', home]);
  for (const k of funded) await runProcess(simd, ['genesis', 'add-genesis-account', k.address, `${BALANCE}${DENOM}`, '--home', home]);
  await runProcess(simd, ['genesis', 'gentx', 'val', '100000000stake', '--chain-id', CHAIN_ID, '--keyring-backend', 'test', '--home', home]);
  await runProcess(simd, ['genesis', 'collect-gentxs', '--home', home]);
  const file = join(home, 'config/genesis.json');
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  const zero = '0.000000000000000000';
  genesis.app_state.mint.minter.inflation = zero;
  Object.assign(genesis.app_state.mint.params, { inflation_rate_change: zero, inflation_max: zero, inflation_min: zero });
  writeFileSync(file, JSON.stringify(genesis));
  return { genesis, time: parseTime(genesis.genesis_time) };
}

async function connect(address: string, output: () => string): Promise<SocketApplication> {
  for (let tries = 0; ; tries++) {
    try {
      return await connectApplication(address);
    } catch (e) {
      if (tries > 200) throw new Error(`simd does not answer: ${output()}`, { cause: e });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** One to three random messages, signed by whom they need, as far as we have the keys. */
function randomTx(app: TrellisApp, random: Random, i: number): NamedTx {
  const c = new Choices(random.bytes(96));
  const messages = Array.from({ length: 1 + c.below(3) }, () => c.of(KINDS)(c));
  const ctx = app.checkState.context('query');
  const sequenceOf = (k: TestKey): number => Number(app.keepers.accounts.get(ctx, addresses.toBytes(k.address))?.base.sequence ?? 0n);
  const [first, ...rest] = signersOf(messages);
  const from = first ?? (funded[0] as TestKey);
  const also = rest.map((k) => [k, sequenceOf(k)] as const);
  const mode = c.below(4) === 0 ? SignMode.SIGN_MODE_LEGACY_AMINO_JSON : SignMode.SIGN_MODE_DIRECT;
  const tx = makeTx(from, messages, { sequence: sequenceOf(from), also, mode, gas: c.below(8) === 0 ? BigInt(20_000 + c.below(256) * 400) : 500_000n });
  return { name: `random ${i}: ${messages.map((m) => m.typeUrl).join(', ')}`, tx };
}

function signersOf(messages: readonly Any[]): TestKey[] {
  const fee = { amount: [], gasLimit: 1n, payer: '', granter: '' };
  const authInfoBytes = AuthInfo.encode({ signerInfos: [], fee, tip: undefined });
  try {
    const probe = new AnteTx(
      txDecoder(allInterfaces())(TxRaw.encode({ bodyBytes: TxBody.encode(TxBody.from({ messages })), authInfoBytes, signatures: [] })),
      addresses,
    );
    return probe.signers.flatMap((s) => funded.find((k) => k.address === addresses.toString(s)) ?? []);
  } catch {
    return [];
  }
}

export default async function run(args: readonly string[]): Promise<{ passed: number; failed: number }> {
  const { values } = parseArgs({
    args: [...args],
    options: { record: { type: 'boolean', default: false }, random: { type: 'string', default: '0' }, seed: { type: 'string', default: '1' } },
  });
  const simd = await peerProgram('simd');
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  const home = join(folder, 'home');
  const [port] = (await freePorts(1)) as [number];
  const address = `tcp://127.0.0.1:${port}`;
  const { genesis, time } = await makeHome(simd, home);
  cpSync(home, join(folder, 'run'), { recursive: true });
  const flags = [
    '--with-comet=false',
    '--transport',
    'socket',
    '--address',
    address,
    '--grpc.enable=false',
    '--api.enable=false',
    '--minimum-gas-prices',
    '0stake',
  ];
  const process = startProcess(simd, ['start', '--home', join(folder, 'run'), ...flags]);
  try {
    const peer = await connect(address, process.output);
    const appState = { auth: genesis.app_state.auth, bank: genesis.app_state.bank };
    const ours = await ourApp(time, appState);
    const key = genesis.app_state.genutil.gen_txs[0].body.messages[0].pubkey.key as string;
    await peer.initChain({
      time,
      chainId: CHAIN_ID,
      consensusParams: PARAMS,
      validators: [{ pubKey: { case: 'ed25519', value: fromBase64(key) }, power: 100n }],
      appStateBytes: utf8(JSON.stringify(genesis.app_state)),
      initialHeight: 1n,
    });
    const blocks: RecordedTx[][] = [];
    let passed = 0;
    let failed = 0;
    let height = 0n;
    const compare = async (txs: readonly NamedTx[]): Promise<void> => {
      height += 1n;
      const request = blockRequest(
        height,
        time,
        txs.map((t) => t.tx),
      );
      const [a, b] = [await ours.finalizeBlock(request), await peer.finalizeBlock(request)];
      await Promise.all([ours.commit(), peer.commit()]);
      blocks.push(txs.map((t, n) => ({ ...t, result: b.txResults[n] as ExecTxResult })));
      for (const [n, t] of txs.entries()) {
        const why = difference(a.txResults[n] as ExecTxResult, b.txResults[n] as ExecTxResult);
        if (why === undefined) passed++;
        else {
          failed++;
          console.log(`  ${t.name}\n      ${why}`);
        }
      }
    };
    for (const txs of [[] as readonly NamedTx[], ...scenarioBlocks(time)]) await compare(txs);
    const random = new Random(Number(values.seed));
    for (let i = 0; i < Number(values.random); i++) await compare([randomTx(ours, random, i)]);
    peer.close();
    if (values.record) writeRecording({ genesisTime: time, appState, blocks });
    return { passed, failed };
  } finally {
    await process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await run(globalThis.process.argv.slice(2)));

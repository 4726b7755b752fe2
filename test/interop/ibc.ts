// IBC between Trellis and a real Go chain (simd, ibc-go v10), relayed by Hermes: clients, connection, channel, transfers both ways with timeouts.
import { join } from 'node:path';
import { makeCosmoshubPath } from '@cosmjs/amino';
import { DirectSecp256k1HdWallet } from '@cosmjs/proto-signing';
import { coin, SigningStargateClient } from '@cosmjs/stargate';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { fromBase64, toHex, toHexUpper, utf8 } from '../../chain/encoding/bytes.ts';
import { QueryTotalEscrowForDenomRequest, QueryTotalEscrowForDenomResponse } from '../../proto/gen/ibc/applications/transfer/v1.ts';
import { startDevChain, temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { type RunningProcess, startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { Hermes, type HermesChain } from '../../testnet/peers/hermes.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { initSimdHome } from '../bench/support/simd-home.ts';
import { Checks } from '../checks.ts';

const MNEMONIC = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

interface Side extends HermesChain {
  /** Who sends and receives; not the relayer. */
  readonly user: { readonly address: string; readonly client: SigningStargateClient };
  stop(): Promise<void>;
}

async function userOf(rpc: string, mnemonic: string, prefix: string, index: number): Promise<Side['user']> {
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix, hdPaths: [makeCosmoshubPath(index)] });
  const [account] = await wallet.getAccounts();
  return { address: account?.address ?? '', client: await SigningStargateClient.connectWithSigner(rpc, wallet, { broadcastPollIntervalMs: 100 }) };
}

async function simd(program: string): Promise<Side> {
  const home = temporaryFolder('ibc-simd');
  const [rpcPort = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(4);
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(MNEMONIC, { prefix: 'cosmos', hdPaths: [makeCosmoshubPath(0), makeCosmoshubPath(1)] });
  const accounts = (await wallet.getAccounts()).map((a) => ({ key: new Uint8Array(32), publicKey: a.pubkey, address: a.address }));
  const id = 'gochain-1';
  await initSimdHome(program, home, {
    chainId: id,
    denom: 'stake',
    accounts,
    ports: { rpc: rpcPort, p2p, grpc, rest },
    timeoutCommit: '500ms',
    pruning: 'nothing',
  });
  const process = startProcess(program, ['start', '--home', home], { logFile: `${home}.log` });
  const rpc = `http://127.0.0.1:${rpcPort}`;
  await waitFor('simd', async () => (await fetch(`${rpc}/commit?height=2`)).ok || undefined, 60_000);
  return {
    ...{ id, rpc, grpc: `127.0.0.1:${grpc}`, prefix: 'cosmos', denom: 'stake', gasPrice: 0.001, mnemonic: MNEMONIC },
    trustingPeriod: '10days',
    user: await userOf(rpc, MNEMONIC, 'cosmos', 1),
    stop: async () => void (await process.stop()),
  };
}

async function trellis(): Promise<Side> {
  const chain = await startDevChain({ flags: ['--timeout-commit', '500ms', '--pruning', 'nothing'] });
  const { info } = chain;
  const [relayer, user] = info.accounts;
  if (relayer === undefined || user === undefined) throw new Error('no accounts');
  return {
    ...{ id: info.chainId, rpc: info.rpc, grpc: info.grpc, prefix: 'trellis', denom: info.denom, gasPrice: 0.02, mnemonic: relayer.mnemonic },
    trustingPeriod: '400s',
    user: await userOf(info.rpc, user.mnemonic, 'trellis', 0),
    stop: async () => void (await chain.process.stop()),
  };
}

const voucher = (channel: string, denom: string): string => `ibc/${toHexUpper(sha256(utf8(`transfer/${channel}/${denom}`)))}`;

const balance = async (s: Side, denom: string): Promise<bigint> => BigInt((await s.user.client.getBalance(s.user.address, denom)).amount);

/** What all escrow accounts of a chain hold of a denom. */
async function totalEscrow(s: Side, denom: string): Promise<bigint> {
  const data = toHex(QueryTotalEscrowForDenomRequest.encode({ denom }));
  const path = encodeURIComponent('"/ibc.applications.transfer.v1.Query/TotalEscrowForDenom"');
  const r = (await (await fetch(`${s.rpc}/abci_query?path=${path}&data=0x${data}`)).json()) as { result: { response: { value: string } } };
  return BigInt(QueryTotalEscrowForDenomResponse.decode(fromBase64(r.result.response.value)).amount.amount);
}

/** Many in one transaction. `seconds`: until they time out. */
async function send(from: Side, to: Side, channel: string, denom: string, amount: bigint, count: number, seconds = 600): Promise<void> {
  const timeoutTimestamp = BigInt(Date.now() + seconds * 1000) * 1_000_000n;
  const value = {
    sourcePort: 'transfer',
    sourceChannel: channel,
    token: coin(amount.toString(), denom),
    sender: from.user.address,
    receiver: to.user.address,
    timeoutHeight: { revisionNumber: 0n, revisionHeight: 0n },
    timeoutTimestamp,
    memo: '',
    encoding: '',
  };
  const messages = Array.from({ length: count }, () => ({ typeUrl: '/ibc.applications.transfer.v1.MsgTransfer', value }));
  const gas = 150_000 + 120_000 * count;
  const fee = { amount: [coin(String(Math.ceil(gas * from.gasPrice)), from.denom)], gas: String(gas) };
  const r = await from.user.client.signAndBroadcast(from.user.address, messages, fee);
  if (r.code !== 0) throw new Error(`transfer: ${r.code} ${r.rawLog}`);
}

export default async function ibc(args: readonly string[]): Promise<Checks> {
  const count = Number(args[0] ?? 50);
  const checks = new Checks('ibc');
  const program = await peerProgram('hermes');
  const [a, b] = await Promise.all([trellis(), peerProgram('simd').then(simd)]);
  let running: RunningProcess | undefined;
  try {
    const folder = temporaryFolder('hermes');
    const hermes = await Hermes.create(program, folder, [a, b], 'push');
    await checks.run('clients of each other', async () => {
      await hermes.run('create', 'client', '--host-chain', a.id, '--reference-chain', b.id);
      await hermes.run('create', 'client', '--host-chain', b.id, '--reference-chain', a.id);
      await hermes.run('update', 'client', '--host-chain', a.id, '--client', '07-tendermint-0');
      await hermes.run('update', 'client', '--host-chain', b.id, '--client', '07-tendermint-0');
    });
    await checks.run('a connection', () =>
      hermes.run('create', 'connection', '--a-chain', a.id, '--a-client', '07-tendermint-0', '--b-client', '07-tendermint-0').then(() => undefined),
    );
    await checks.run('a channel', () =>
      hermes
        .run('create', 'channel', '--a-chain', a.id, '--a-connection', 'connection-0', '--a-port', 'transfer', '--b-port', 'transfer')
        .then(() => undefined),
    );
    running = hermes.start(join(folder, 'hermes.log'));
    const [there, here] = [voucher('channel-0', a.denom), voucher('channel-0', b.denom)];
    await checks.run(`${count} transfers each way`, async () => {
      await Promise.all([send(a, b, 'channel-0', a.denom, 1000n, count), send(b, a, 'channel-0', b.denom, 1000n, count)]);
      const wanted = 1000n * BigInt(count);
      await waitFor(
        'vouchers on both sides',
        async () => ((await balance(b, there)) === wanted && (await balance(a, here)) === wanted) || undefined,
        180_000,
        500,
      );
    });
    const escrows = async (): Promise<string> =>
      [await totalEscrow(a, a.denom), await totalEscrow(b, b.denom), await balance(b, there), await balance(a, here)].join();
    await checks.run('and back: nothing is left in the escrows', async () => {
      await Promise.all([send(b, a, 'channel-0', there, 1000n, count), send(a, b, 'channel-0', here, 1000n, count)]);
      await waitFor('empty escrows', async () => (await escrows()) === '0,0,0,0' || undefined, 180_000, 500);
    });
    await checks.run('the relayer is killed: what waited is cleared when it starts again', async () => {
      await running?.kill();
      await Promise.all([send(a, b, 'channel-0', a.denom, 7n, 20), send(b, a, 'channel-0', b.denom, 7n, 20)]);
      running = hermes.start(join(folder, 'hermes-2.log'));
      await waitFor('vouchers on both sides', async () => (await escrows()) === '140,140,140,140' || undefined, 180_000, 500);
    });
    await checks.run('what times out is paid back', async () => {
      await running?.stop();
      await Promise.all([send(a, b, 'channel-0', a.denom, 5n, 5, 4), send(b, a, 'channel-0', b.denom, 5n, 5, 4)]);
      const sent = Date.now();
      checks.equal(await escrows(), '165,165,140,140', 'while they wait');
      await waitFor('the time', () => Date.now() > sent + 8000 || undefined, 20_000, 100);
      running = hermes.start(join(folder, 'hermes-3.log'));
      await waitFor('refunds on both sides', async () => (await escrows()) === '140,140,140,140' || undefined, 180_000, 500);
    });
    await checks.run('health', async () => {
      const out = await hermes.run('health-check');
      checks.that(!/ERROR/.test(out), out.slice(-1500));
      checks.note(
        out.split('\n').filter((l) => l.includes('WARN')).length === 0 ? 'no warning' : (out.split('\n').find((l) => l.includes('WARN')) ?? '').slice(0, 200),
      );
    });
  } finally {
    await running?.stop();
    await Promise.all([a.stop(), b.stop()]);
  }
  return checks;
}

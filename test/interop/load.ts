// Transfers signed with CosmJS in advance, and sent as JSON-RPC batches of ten as a load generator does.
import { DirectSecp256k1HdWallet } from '@cosmjs/proto-signing';
import { coins, SigningStargateClient } from '@cosmjs/stargate';
import { TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import type { DevInfo } from '../../chain/node/dev-info.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';

/** `count` transfers from the first to the second account, sequence after sequence, as raw transactions. */
export async function signTransfers(info: DevInfo, count: number): Promise<Uint8Array[]> {
  const [from, to] = info.accounts;
  if (from === undefined || to === undefined) throw new Error('dev.json lists fewer than two accounts');
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(from.mnemonic, { prefix: from.address.split('1')[0] as string });
  const client = await SigningStargateClient.connectWithSigner(info.rpc, wallet);
  const { accountNumber, sequence } = await client.getSequence(from.address);
  const fee = { amount: coins(5000, info.denom), gas: '200000' };
  const txs: Uint8Array[] = [];
  for (let k = 0; k < count; k++) {
    const msg = { typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: { fromAddress: from.address, toAddress: to.address, amount: coins(1 + k, info.denom) } };
    txs.push(TxRaw.encode(await client.sign(from.address, [msg], fee, '', { accountNumber, sequence: sequence + k, chainId: info.chainId })).finish());
  }
  client.disconnect();
  return txs;
}

export interface BroadcastReply {
  readonly code: number;
  readonly log: string;
  readonly hash: string;
}

export async function broadcastBatch(rpc: string, txs: readonly Uint8Array[]): Promise<BroadcastReply[]> {
  const body = txs.map((tx, id) => ({ jsonrpc: '2.0', id, method: 'broadcast_tx_sync', params: { tx: Buffer.from(tx).toString('base64') } }));
  const r = await fetch(rpc, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const replies = (await r.json()) as { id: number; result?: BroadcastReply; error?: { message: string; data?: string } }[];
  return replies.map((x) => x.result ?? { code: -1, log: `${x.error?.message} ${x.error?.data ?? ''}`, hash: '' });
}

/** Sends and waits until the last one is committed; throws if one is refused. */
export async function sendLoad(info: DevInfo, count: number): Promise<string[]> {
  const txs = await signTransfers(info, count);
  const hashes: string[] = [];
  for (let i = 0; i < txs.length; i += 10) {
    for (const reply of await broadcastBatch(info.rpc, txs.slice(i, i + 10))) {
      if (reply.code !== 0) throw new Error(`refused with code ${reply.code}: ${reply.log}`);
      hashes.push(reply.hash);
    }
  }
  await waitFor(
    'the last transfer in a block',
    async () => {
      const r = (await (await fetch(`${info.rpc}/tx?hash=0x${hashes.at(-1)}`)).json()) as { result?: object };
      return r.result;
    },
    60_000,
  );
  return hashes;
}

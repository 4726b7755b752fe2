// New blocks as a node tells of them over its WebSocket, with the time at which each was heard.
import { createHash } from 'node:crypto';
import { waitFor } from '../../../testnet/launcher/wait.ts';

export interface HeardBlock {
  readonly height: number;
  /** Of performance.now(). */
  readonly at: number;
  /** SHA-256 of each transaction, hex. */
  readonly txs: readonly string[];
}

export interface BlockEvents {
  readonly blocks: readonly HeardBlock[];
  close(): void;
}

export const txHash = (tx: Uint8Array): string => createHash('sha256').update(tx).digest('hex');

interface Message {
  readonly result?: { readonly data?: { readonly value?: { readonly block?: { header: { height: string }; data: { txs: readonly string[] | null } } } } };
}

export async function listen(rpcPort: number): Promise<BlockEvents> {
  const ws = new WebSocket(`ws://127.0.0.1:${rpcPort}/websocket`);
  const blocks: HeardBlock[] = [];
  let subscribed = false;
  let failed: string | undefined;
  ws.addEventListener('open', () => ws.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { query: "tm.event='NewBlock'" } })));
  ws.addEventListener('error', () => {
    failed = 'the WebSocket failed';
  });
  ws.addEventListener('message', ({ data }) => {
    const at = performance.now();
    const block = (JSON.parse(String(data)) as Message).result?.data?.value?.block;
    subscribed = true;
    if (block === undefined) return;
    const txs = (block.data.txs ?? []).map((t) => txHash(Buffer.from(t, 'base64')));
    blocks.push({ height: Number(block.header.height), at, txs });
  });
  await waitFor('a subscription to blocks', () => {
    if (failed !== undefined) throw new Error(failed);
    return subscribed || undefined;
  });
  return { blocks, close: () => ws.close() };
}

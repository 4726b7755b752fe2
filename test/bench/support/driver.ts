// The load driver: pre-encoded JSON-RPC batches of ten broadcast_tx_sync over a few kept-alive connections, the same for both chains.
import { Agent, request } from 'node:http';
import { waitFor } from '../../../testnet/launcher/wait.ts';

export const BATCH = 10;

export function encodeBatches(txs: readonly Uint8Array[]): Buffer[] {
  const bodies: Buffer[] = [];
  for (let i = 0; i < txs.length; i += BATCH) {
    const calls = txs
      .slice(i, i + BATCH)
      .map((tx, k) => `{"jsonrpc":"2.0","id":${k},"method":"broadcast_tx_sync","params":{"tx":"${Buffer.from(tx).toString('base64')}"}}`);
    bodies.push(Buffer.from(`[${calls.join(',')}]`));
  }
  return bodies;
}

function post(agent: Agent, port: number, body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const r = request(
      { agent, host: '127.0.0.1', port, method: 'POST', path: '/', headers: { 'content-type': 'application/json', 'content-length': body.length } },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (c: Buffer) => chunks.push(c));
        res.on('end', () => resolve(Buffer.concat(chunks).toString()));
        res.on('error', reject);
      },
    );
    r.on('error', (e: NodeJS.ErrnoException) => {
      // The server closed a connection that had waited, at the moment of its use.
      if (r.reusedSocket && e.code === 'ECONNRESET') resolve(post(agent, port, body));
      else reject(e);
    });
    r.end(body);
  });
}

export async function rpcGet<T>(port: number, path: string): Promise<T> {
  const r = await fetch(`http://127.0.0.1:${port}/${path}`);
  const body = (await r.json()) as { result?: T; error?: { message: string; data?: string } };
  if (body.result === undefined) throw new Error(`${path}: ${body.error?.message} ${body.error?.data ?? ''}`);
  return body.result;
}

/** Sends all batches, `connections` at a time, holding back while more than `waitingMax` transactions wait. Returns how many were accepted. */
export async function sendBatches(
  port: number,
  bodies: readonly Buffer[],
  connections: number,
  waitingMax: number,
): Promise<{ accepted: number; refused: string | undefined }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  let accepted = 0;
  let refused: string | undefined;
  const worker = async (): Promise<void> => {
    for (;;) {
      const body = bodies[next++];
      if (body === undefined) return;
      const reply = await post(agent, port, body);
      // A batch that was sent again may have been taken the first time; what is committed is counted in the end.
      const ok = reply.match(/"code":0[,}]|tx already exists in cache/g)?.length ?? 0;
      accepted += ok;
      if (ok < BATCH) refused ??= reply.slice(0, 400);
      if (next % 50 === 0) {
        await waitFor(
          'room in the mempool',
          async () => Number((await rpcGet<{ total: string }>(port, 'num_unconfirmed_txs')).total) < waitingMax || undefined,
          60_000,
          10,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return { accepted, refused };
}

export async function latestHeight(port: number): Promise<number> {
  return Number((await rpcGet<{ sync_info: { latest_block_height: string } }>(port, 'status')).sync_info.latest_block_height);
}

/** Committed transactions in (from, to], and how many of them failed. */
export async function countCommitted(port: number, from: number, to: number): Promise<{ txs: number; failed: number }> {
  let txs = 0;
  let failed = 0;
  for (let h = from + 1; h <= to; h++) {
    const r = await rpcGet<{ txs_results: { code: number }[] | null }>(port, `block_results?height=${h}`);
    for (const t of r.txs_results ?? []) {
      txs++;
      if (t.code !== 0) failed++;
    }
  }
  return { txs, failed };
}

import { Comet38Client } from '@cosmjs/tendermint-rpc';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type TestBackend, testBackend } from '../testing/test-backend.ts';
import { type CometRpcServer, createCometRpc } from './server.ts';

let backend: TestBackend;
let server: CometRpcServer;
const open: WebSocket[] = [];

beforeAll(async () => {
  backend = testBackend();
  server = createCometRpc({
    backend,
    host: '127.0.0.1',
    port: 0,
    config: { maxSubscriptionClients: 3, maxSubscriptionsPerClient: 2, subscriptionBufferSize: 5 },
  });
  await server.start();
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const ws of open.splice(0)) ws.terminate();
  await expect.poll(() => backend.listeners.size).toBe(0);
});

interface Client {
  readonly ws: WebSocket;
  readonly received: string[];
  ask(text: string): Promise<string>;
  next(): Promise<string>;
}

async function connect(): Promise<Client> {
  const ws = new WebSocket(`ws://127.0.0.1:${server.port}/websocket`);
  open.push(ws);
  const received: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  ws.on('message', (data) => {
    const take = waiting.shift();
    if (take === undefined) received.push(String(data));
    else take(String(data));
  });
  await new Promise((resolve, reject) => ws.on('open', resolve).on('error', reject));
  const next = () => (received.length > 0 ? Promise.resolve(received.shift() as string) : new Promise<string>((resolve) => waiting.push(resolve)));
  return {
    ws,
    received,
    next,
    ask: (text) => {
      ws.send(text);
      return next();
    },
  };
}
const subscribe = (query: string, id = 1) => JSON.stringify({ jsonrpc: '2.0', id, method: 'subscribe', params: { query } });
const tx = (s: string) => new TextEncoder().encode(s);

describe('WebSocket', () => {
  it('answers methods in order and refuses as CometBFT does', async () => {
    const c = await connect();
    expect(await c.ask('{"id":1,"method":"health"}')).toBe('{"jsonrpc":"2.0","id":1,"result":{}}');
    expect(await c.ask('{"id":1,"method":"nope"}')).toBe('{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}');
    expect(await c.ask('[{"id":1,"method":"health"}]')).toContain('"code":-32700');
    expect(await c.ask('{"id":1.5,"method":"health"}')).toContain('json-rpc ID must be a whole number');
    expect(await c.ask('{"id":1,"method":"block","params":{"height":5}}')).toBe(
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":"error converting json params to arguments: invalid 64-bit integer encoding \\"5\\", expected string"}}',
    );
    for (let id = 0; id < 200; id++) c.ws.send(`{"id":${id},"method":"status"}`);
    for (let id = 0; id < 200; id++) expect(JSON.parse(await c.next()).id).toBe(id);
  });

  it('sends {} and then events, with the id of the subscription', async () => {
    const c = await connect();
    expect(await c.ask(subscribe("tm.event='Tx' AND kv.key='z'", 7))).toBe('{"jsonrpc":"2.0","id":7,"result":{}}');
    expect(await c.ask(subscribe("tm.event = 'Tx'  AND kv.key = 'z'"))).toContain('already subscribed');
    backend.addBlock([tx('y=1'), tx('z=1')]);
    expect(JSON.parse(await c.next())).toEqual({
      jsonrpc: '2.0',
      id: 7,
      result: {
        query: "tm.event='Tx' AND kv.key='z'",
        data: {
          type: 'tendermint/event/Tx',
          value: {
            TxResult: {
              height: '4',
              index: 1,
              tx: 'ej0x',
              result: { data: 'AQ==', gas_wanted: '10', gas_used: '7', events: [{ type: 'kv', attributes: [{ key: 'key', value: 'z', index: true }] }] },
            },
          },
        },
        events: { 'tm.event': ['Tx'], 'tx.hash': [expect.stringMatching(/^[0-9A-F]{64}$/)], 'tx.height': ['4'], 'kv.key': ['z'] },
      },
    });
    expect(await c.ask('{"id":8,"method":"unsubscribe","params":{"query":"tm.event=\'Tx\' AND kv.key=\'q\'"}}')).toContain('subscription not found');
    expect(await c.ask('{"id":8,"method":"unsubscribe","params":{"query":"tm.event=\'Tx\' AND kv.key=\'z\'"}}')).toBe('{"jsonrpc":"2.0","id":8,"result":{}}');
    expect(await c.ask('{"id":9,"method":"unsubscribe_all"}')).toContain('subscription not found');
    expect(await c.ask(subscribe('x=='))).toContain('failed to parse query: offset 2');
    expect(await c.ask(subscribe(`x='${'y'.repeat(600)}'`))).toContain('maximum query length exceeded');
  });

  it('limits subscriptions per client and clients', async () => {
    const [a, b, c, d] = [await connect(), await connect(), await connect(), await connect()];
    await a.ask(subscribe('a=1'));
    await a.ask(subscribe('a=2'));
    expect(await a.ask(subscribe('a=3'))).toContain('max_subscriptions_per_client 2 reached');
    await b.ask(subscribe('a=1'));
    await c.ask(subscribe('a=1'));
    expect(backend.listeners.size).toBe(2);
    expect(await d.ask(subscribe('a=1'))).toContain('max_subscription_clients 3 reached');
    b.ws.terminate();
    await expect.poll(() => d.ask(subscribe('a=9'))).toContain('"result":{}');
  });

  it('cancels the subscription of a client that does not read', async () => {
    const c = await connect();
    await c.ask(subscribe("tm.event='Tx'"));
    (c.ws as unknown as { _socket: { pause(): void; resume(): void } })._socket.pause();
    await expect
      .poll(
        () => {
          backend.addBlock(Array.from({ length: 10 }, () => new Uint8Array(200_000)));
          return backend.listeners.size;
        },
        { interval: 5, timeout: 10_000 },
      )
      .toBe(0);
    (c.ws as unknown as { _socket: { pause(): void; resume(): void } })._socket.resume();
    await expect
      .poll(() => c.received.at(-1), { timeout: 10_000 })
      .toContain('subscription was canceled (reason: internal subscription event buffer is out of capacity)');
  });

  it('closes on a message over 1 MB', async () => {
    const c = await connect();
    c.ws.send('x'.repeat(1_000_001));
    await new Promise((resolve) => c.ws.on('close', resolve));
  });

  it('serves the stock Comet38Client', async () => {
    const client = await Comet38Client.connect(`ws://127.0.0.1:${server.port}`);
    expect((await client.status()).nodeInfo.version).toMatch(/^0\.38\./);
    const height = Number(backend.chain.height);
    expect((await client.block(2)).block.txs).toHaveLength(2);
    expect((await client.blockResults(2)).results).toHaveLength(2);
    expect((await client.commit(2)).commit.signatures).toHaveLength(1);
    expect((await client.validatorsAll(2)).validators).toHaveLength(1);
    expect((await client.txSearchAll({ query: "kv.key='a'" })).totalCount).toBe(1);
    expect((await client.blockSearchAll({ query: 'block.height<3' })).totalCount).toBe(2);
    expect((await client.blockchain()).blockMetas.length).toBeGreaterThan(0);
    expect((await client.abciInfo()).lastBlockHeight).toBe(height);
    expect((await client.numUnconfirmedTxs()).total).toBe(1);
    const blocks: number[] = [];
    const watch = client.subscribeNewBlock().subscribe({ next: (b) => blocks.push(b.header.height) });
    const txs: number[] = [];
    const watchTxs = client.subscribeTx().subscribe({ next: (t) => txs.push(t.tx.length) });
    await expect.poll(() => backend.listeners.size).toBe(2);
    backend.addBlock([tx('q=9')]);
    await expect.poll(() => [blocks, txs]).toEqual([[height + 1], [3]]);
    watch.unsubscribe();
    watchTxs.unsubscribe();
    client.disconnect();
  });
});

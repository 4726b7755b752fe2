// The reader of ordinary HTTP requests: whatever bytes come, in whatever pieces, the requests that are served are those that node:http alone
// reads from them, and the connection ends.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import { ordinaryDoor } from '../../chain/rpc/http1/door.ts';
import type { FuzzTarget } from './target.ts';

const BODY_BYTES_MAX = 64;
const seen: string[] = [];

const note = (...of: readonly (string | undefined)[]): void => {
  seen.push(JSON.stringify(of));
};

function serve(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (c: Buffer) => chunks.push(c));
  request.on('end', () => {
    const { host = '', 'content-type': type } = request.headers;
    note(request.method, request.url, host, type, Buffer.concat(chunks).toString('latin1'));
    response.end('{}');
  });
}

function server(): Server {
  const s = createServer({ maxHeaderSize: 4096, shouldUpgradeCallback: () => false }, serve);
  // Requests before the bad bytes are served first.
  s.on('clientError', (_, socket) => setImmediate(() => socket.destroy()));
  // Also of a client that has ended its side, all requests are served.
  Object.assign(s, { httpAllowHalfOpen: true });
  return s;
}

const plain = server();
const fronted = server();
ordinaryDoor(fronted, {
  headBytesMax: 4096,
  bodyBytesMax: BODY_BYTES_MAX,
  readTimeoutMs: 600_000,
  isOrdinary: (target) => !target.startsWith('/other'),
  serve: async ({ method, target, host, contentType, body }) => {
    note(method, target, host, contentType, body.toString('latin1'));
    return { status: 200, text: '{}', type: 'application/json' };
  },
});

/** What was served of the bytes; the client ends its side after them. */
function served(by: Server, pieces: readonly Uint8Array[]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    seen.length = 0;
    const [client, other] = duplexPair() as [Duplex, Duplex];
    client.on('error', () => {});
    client.resume();
    let ended = false;
    const done = (): void => {
      if (ended) return;
      ended = true;
      client.destroy();
      other.destroy();
      resolve([...seen]);
    };
    client.on('end', done);
    client.on('close', done);
    other.on('close', done);
    by.emit('connection', other);
    for (const piece of pieces) client.write(piece);
    client.end();
  });
}

const SAMPLES = [
  'GET /abci_query?path="/store"&data=0x01 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x:1\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"id":1}',
  'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{  }\r\n0\r\n\r\n',
  'GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nPOST /c HTTP/1.1\r\nHost: y\r\nContent-Length: 3\r\n\r\nabcGET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab',
  'GET /websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'GET /other HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n\r\n',
  'GET / HTTP/1.0\r\n\r\n',
  'GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab',
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${BODY_BYTES_MAX + 1}\r\n\r\n${'a'.repeat(BODY_BYTES_MAX + 1)}`,
  'GET http://x/a HTTP/1.1\r\nHost:  x \t\r\nX-Long: \xe4\xff\r\nproxy-connection: close\r\n\r\n',
];

export const target: FuzzTarget = {
  name: 'rpc-http1',
  corpus: () => SAMPLES.map((s) => Buffer.from(s, 'latin1')),
  run: async (input) => {
    const cut = input.length === 0 ? 0 : (input[input.length >> 1] as number) % (input.length + 1);
    const pieces = [input.subarray(0, cut), input.subarray(cut)].filter((p) => p.length > 0);
    const expected = await served(plain, [input]);
    const got = await served(fronted, pieces);
    if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(`served ${got.join(' ')}, and node:http ${expected.join(' ')}`);
  },
};

// What a client gets from a server whose ordinary requests are read here, whatever comes in whatever pieces; node:http answers the rest.
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ordinaryDoor } from './door.ts';

const here: string[] = [];
const there: string[] = [];
const aborted: string[] = [];
const server = createServer((request, response) => {
  there.push(`${request.method} ${request.url}`);
  request.resume().on('end', () => response.end('there'));
});
const door = ordinaryDoor(server, {
  headBytesMax: 1 << 14,
  bodyBytesMax: 100_000,
  readTimeoutMs: 5000,
  isOrdinary: (target) => target !== '/elsewhere',
  serve: async ({ method, target, body }, { signal }) => {
    here.push(`${method} ${target} ${body.length}`);
    signal.addEventListener('abort', () => aborted.push(target), { once: true });
    if (target === '/slow') await new Promise((resolve) => setTimeout(resolve, 20));
    if (target === '/hang') await new Promise(() => {});
    return { status: 200, text: target === '/wide' ? 'größer ✓' : 'here', type: 'text/plain', headers: { 'X-Test': '1' } };
  },
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  door.close();
  server.closeAllConnections();
  server.close();
});

/** Sends the pieces one by one, ends its side, and gives all that came back. */
async function talk(...pieces: readonly string[]): Promise<string> {
  here.length = 0;
  there.length = 0;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.setNoDelay(true);
  let answer = '';
  socket.on('data', (d) => {
    answer += d.toString('utf8');
  });
  const closed = new Promise<void>((resolve, reject) => socket.on('close', () => resolve()).on('error', reject));
  for (const piece of pieces) {
    await new Promise<void>((resolve) => socket.write(piece, 'latin1', () => setImmediate(resolve)));
  }
  const asked = pieces.join('').match(/(GET|POST|HEAD|PUT) \//g)?.length ?? 0;
  while ((answer.match(/HTTP\/1\.1 \d/g)?.length ?? 0) < asked && !socket.destroyed) await new Promise((resolve) => setImmediate(resolve));
  socket.end();
  await closed;
  return answer;
}

const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const post = (target: string, body: string): string => `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

it('answers with the bytes that HTTP wants', async () => {
  const [head, body] = (await talk(get('/wide'))).split('\r\n\r\n');
  expect(body).toBe('größer ✓');
  expect(head?.split('\r\n').filter((l) => !/^(Date|X-Server-Time): /.test(l))).toEqual([
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain',
    'X-Test: 1',
    'Content-Length: 12',
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
  ]);
});

it('requests cut at any byte', async () => {
  const text = get('/a') + post('/b', 'body') + get('/c');
  for (let at = 1; at < text.length; at += 3) {
    await talk(text.slice(0, at), text.slice(at));
    expect(here, `cut at ${at}`).toEqual(['GET /a 0', 'POST /b 4', 'GET /c 0']);
  }
});

it('many requests at once are answered in order, slow ones too', async () => {
  const targets = Array.from({ length: 30 }, (_, i) => (i % 7 === 3 ? '/slow' : `/${i}`));
  await talk(targets.map((t) => get(t)).join(''));
  expect(here).toEqual(targets.map((t) => `GET ${t} 0`));
});

it('a body of many pieces, and one over the limit', async () => {
  const piece = 'x'.repeat(20_000);
  await talk('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n', piece, piece, piece, piece, piece + get('/next'));
  expect(here).toEqual(['POST / 100000', 'GET /next 0']);
  await talk(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n${'x'.repeat(100_001)}`);
  expect([here, there]).toEqual([[], ['POST /']]);
});

it.each([
  ['another path', get('/elsewhere')],
  ['another method', 'PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'],
  ['HEAD', 'HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['chunks', 'POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n'],
  ['an expectation', 'POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab'],
  ['an origin', get('/a', 'Origin: https://a.example\r\n')],
  ['a connection that ends', get('/a', 'Connection: close\r\n')],
  ['a long head', get('/a', `X: ${'y'.repeat(9000)}\r\n`)],
])('node:http answers %s, also after ordinary requests', async (_, text) => {
  await talk(text);
  expect([here.length, there.length]).toEqual([0, 1]);
  await talk(get('/one') + get('/two') + text);
  expect([here.length, there.length]).toEqual([2, 1]);
  await talk(get('/slow'), text.slice(0, 20), text.slice(20));
  expect([here.length, there.length]).toEqual([1, 1]);
});

it.each([
  ['two hosts', 'GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: a\r\n\r\n'],
  ['no host', 'GET /a HTTP/1.1\r\n\r\n'],
  ['two lengths', 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['a length and chunks', 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a name with a space', 'GET /a HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\nab'],
  ['a control character', 'GET /a HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n'],
  ['what is not HTTP', 'GET is no request line\r\n\r\n'],
])('node:http refuses %s', async (_, text) => {
  expect(await talk(text)).toMatch(/^HTTP\/1\.1 400 /);
  expect(here).toEqual([]);
});

it('a client that goes away aborts its request', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(get('/hang')));
  while (!here.includes('GET /hang 0')) await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  while (!aborted.includes('/hang')) await new Promise((resolve) => setImmediate(resolve));
});

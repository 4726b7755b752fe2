// Connections that do nothing, or do it slowly, are closed (F-19).
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBackend } from '../testing/test-backend.ts';
import { type CometRpcServer, createCometRpc } from './server.ts';

let server: CometRpcServer;
beforeAll(async () => {
  server = createCometRpc({ backend: testBackend(), host: '127.0.0.1', port: 0, config: { readTimeoutMs: 100, maxOpenConnections: 20, maxHeaderBytes: 4096 } });
  await server.start();
});
afterAll(() => server.stop());

function open(text: string): { readonly socket: Socket; readonly closed: Promise<string> } {
  const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
  let seen = '';
  socket.on('data', (d) => {
    seen += d;
  });
  socket.on('error', () => {});
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(seen))) };
}

describe('F-19: idle and slow connections are closed', () => {
  it.each([
    ['no request', ''],
    ['half a header', 'POST / HTTP/1.1\r\nHost: x\r\n'],
    ['half a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"id":1'],
    ['nothing after an answer', 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s', async (_, text) => {
    await open(text).closed;
  });

  it('a header over the limit, and what is not HTTP', async () => {
    expect(await open(`GET /health HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(5000)}\r\n\r\n`).closed).toContain('431');
    expect(await open('\x16\x03\x01 not http\r\n\r\n').closed).toContain('400');
  });

  it('more connections than allowed', async () => {
    const many = Array.from({ length: 60 }, () => open(''));
    await Promise.all(many.map((c) => c.closed));
    const answer = await fetch(`http://127.0.0.1:${server.port}/health`);
    expect(answer.status).toBe(200);
  });
});

import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installNative } from '../../native/install.ts';
import { freePort } from './free-port.ts';
import { writeHomes } from './home.ts';
import type { FromValidator, Listening } from './messages.ts';
import { runNode } from './run-node.ts';
import { chainSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const holdTcp = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const s = createServer().once('error', reject);
    s.listen(port, '127.0.0.1', () => resolve(s));
  });
const holdUdp = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const s = createSocket('udp4').once('error', reject);
    s.bind(port, '127.0.0.1', () => resolve(s));
  });

test('a validator whose ports were taken since they were chosen listens on others and tells which', async () => {
  installNative(() => undefined);
  const homes = [0, 1].map((i) => ({ home: join(folder, `val-${i}`), moniker: `val-${i}` }));
  writeHomes(homes, 'run-node-1');
  const rpc = await freePort(0);
  const p2p = await freePort(0, [rpc]);
  const settings = chainSettings({ timeoutCommit: '1s', pruning: 'custom', logLevel: 'none' });
  for (const [i, hold] of [() => holdTcp(rpc), () => holdUdp(p2p)].entries()) {
    const other = await hold();
    const told: FromValidator[] = [];
    const home = homes[i]?.home as string;
    const v = await runNode({ type: 'run', home, ports: { rpc, p2p, doors: undefined }, settings, cometbft: undefined }, (m) => told.push(m));
    try {
      const { ports } = told.find((m): m is Listening => m.type === 'listening') as Listening;
      expect([rpc, 0]).not.toContain(ports.rpc);
      expect([p2p, 0]).not.toContain(ports.p2p);
      const status = await (await fetch(`http://127.0.0.1:${ports.rpc}/status`)).json();
      expect(status).toMatchObject({ result: { node_info: { network: 'run-node-1' } } });
    } finally {
      await v.stop();
      await new Promise<void>((done) => other.close(() => done()));
    }
  }
});

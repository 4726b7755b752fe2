// A whole node, from the QUIC socket to consensus, against a peer that breaks the rules of every channel: the peer is dropped with a reason in
// the log, or passed over, and the node goes on making blocks. The verdicts are Go CometBFT's (`npm run interop -- hostile`).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAST_CONFIG, TestNode, untilHeight } from '../../chain/engine/test-node.ts';
import { loadNodeConfig } from '../../chain/node/config/config.ts';
import type { LogFields, Logger } from '../../chain/node/logger.ts';
import { createNetwork, type Network } from '../../chain/node/network.ts';
import { generateNodeKey } from '../../chain/privval/node-key.ts';
import { type HostileMessage, hostileMessages } from '../../testnet/faults/hostile-messages.ts';
import { HostilePeer } from '../../testnet/faults/hostile-peer.ts';

const MS = 1_000_000n;
const AT_ONCE = 6;
/** This node never fetched blocks, so it waits for no late ones. */
const ASKED_FOR_NONE = /^F-2: /;

const home = mkdtempSync(join(tmpdir(), 'trellis-hostile-'));
const node = new TestNode({ ...FAST_CONFIG, index: false, consensus: { ...FAST_CONFIG.consensus, timeoutCommit: 100n * MS, skipTimeoutCommit: false } });
const dropped = new Map<string, string>();
const failures: string[] = [];
let network: Network;

const quiet = (): void => undefined;
const logger: Logger = {
  debug: quiet,
  info: quiet,
  warn: (message, fields?: LogFields) => {
    if (message === 'dropped a peer') dropped.set(String(fields?.peer), String(fields?.reason));
  },
  error: (message, fields) => failures.push(`${message} ${JSON.stringify(fields)}`),
  module: () => logger,
};

beforeAll(async () => {
  node.app.loadSnapshotChunk = async () => ({ chunk: new Uint8Array(0) });
  const engine = await node.open();
  const flags = new Map([
    ['p2p.laddr', 'tcp://127.0.0.1:0'],
    ['p2p.libp2p.enabled', 'true'],
  ]);
  const config = loadNodeConfig({ home, flags });
  network = createNetwork({
    config,
    engine,
    application: node.app,
    nodeKey: generateNodeKey(),
    logger,
    clock: () => engine.now(),
    isSyncing: () => false,
    observers: undefined,
  });
  await network.start();
  await engine.start();
  await untilHeight(engine, 3n);
});
afterAll(async () => {
  await network.stop();
  await node.stop();
  node.dispose();
  rmSync(home, { recursive: true, force: true });
});

async function say({ channel, bytes }: HostileMessage, expectsDrop: boolean): Promise<{ readonly verdict: string; readonly reason: string | undefined }> {
  const peer = new HostilePeer(30);
  try {
    await peer.connect({ id: network.id, ...network.address });
    const verdict = await peer.say(network.id, channel, bytes, expectsDrop);
    return { verdict, reason: dropped.get(peer.id) };
  } finally {
    await peer.stop();
  }
}

describe('a hostile peer', () => {
  test('is dropped for what breaks a rule, with the reason, and passed over otherwise; the node goes on', async () => {
    const engine = node.engine;
    if (engine === undefined) throw new Error('no engine');
    const height = engine.state.lastBlockHeight + 1n;
    const { address } = node.privValidator;
    const messages = hostileMessages({ height, address, index: 0, time: engine.state.lastBlockTime });
    const queue = [...messages];
    const worker = async (): Promise<void> => {
      for (let m = queue.shift(); m !== undefined; m = queue.shift()) {
        const due = ASKED_FOR_NONE.test(m.name) ? /asks for none/ : m.dropped;
        const { verdict, reason } = await say(m, due !== undefined);
        if (due === undefined) expect([m.name, verdict, reason]).toEqual([m.name, 'stays', undefined]);
        else expect([m.name, verdict, reason]).toEqual([m.name, 'dropped', expect.stringMatching(due)]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await untilHeight(engine, engine.state.lastBlockHeight + 3n);
    // No reactor failed on a message: a fault of the peer is told as one.
    expect(failures).toEqual([]);
    expect(node.failures).toEqual([]);
    expect(engine.evidence.size).toBe(0);
  });
});

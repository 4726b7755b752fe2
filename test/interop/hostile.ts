// The same hostile messages to a Go CometBFT v0.40.0 node and to ours: who says what breaks a rule is dropped by both or by neither, the reason
// is in our log, and the two go on making blocks together. What differs on purpose is named.
import { readFileSync } from 'node:fs';
import { installNative } from '../../chain/native/install.ts';
import { publicKeyOf } from '../../chain/privval/private-key.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import { type HostileMessage, hostileMessages } from '../../testnet/faults/hostile-messages.ts';
import { HostilePeer } from '../../testnet/faults/hostile-peer.ts';
import { createNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { Forge, keyOf } from './evidence/forge.ts';
import { readChain } from './mixed/chain.ts';

const CHAIN_ID = 'trellis-hostile-1';

/** Verdicts of ours that are not Go's, each with its reason. */
const ON_PURPOSE: Readonly<Record<string, string>> = {
  'F-15: evidence of a height to come': 'what we have no block for we cannot judge',
  'F-2: a block that nobody asks for any more and that is none': 'late answers are not decoded',
  'F-2: a late response without a block': 'late answers are not decoded',
  'F-10: a snapshot of 2^32-1 chunks': 'the Go node means to drop the peer, and panics (recovered) as it has no syncer by then',
};

/** Each message over a connection of its own, a few at a time. */
async function verdicts(node: TestNode, messages: readonly HostileMessage[]): Promise<Map<string, { readonly verdict: string; readonly peer: string }>> {
  const out = new Map<string, { verdict: string; peer: string }>();
  const queue = [...messages];
  const target = { id: node.peerId, host: '127.0.0.1', port: node.p2pPort };
  const worker = async (): Promise<void> => {
    for (let m = queue.shift(); m !== undefined; m = queue.shift()) {
      const peer = new HostilePeer();
      try {
        await peer.connect(target);
        out.set(m.name, { verdict: await peer.say(node.peerId, m.channel, m.bytes, m.dropped !== undefined), peer: peer.id });
      } catch (e) {
        out.set(m.name, { verdict: `failed: ${(e as Error).message}`, peer: peer.id });
      } finally {
        await peer.stop();
      }
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return out;
}

export default async function hostile(): Promise<Checks> {
  const checks = new Checks('hostile');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const net = await createNetwork(
    {
      chainId: CHAIN_ID,
      nodes: [
        { name: 'go0', kind: 'go', power: 10 },
        { name: 'ts0', kind: 'ts', power: 10 },
      ],
      consensus: { timeout_commit: '"500ms"' },
    },
    { cometbft },
  );
  console.log(`  ${net.nodes.map((n) => n.name).join(', ')} in ${net.folder}`);
  const [go, ts] = ['go0', 'ts0'].map((name) => net.node(name)) as [TestNode, TestNode];
  try {
    await checks.run('start together', async () => {
      await net.start();
      await Promise.all(net.nodes.map((n) => n.waitHeight(5, 120_000)));
    });
    const forge = new Forge(CHAIN_ID, go, net.nodes.map(keyOf));
    const height = await go.height();
    const set = await forge.validators(height);
    const address = addressOfKey(publicKeyOf(keyOf(ts)));
    const { header } = await forge.signedHeader(height - 1);
    const messages = hostileMessages({ height: BigInt(height), address, index: set.getByAddress(address)?.index ?? 0, time: header.time });
    let ours: Awaited<ReturnType<typeof verdicts>> = new Map();
    await checks.run(`${messages.length} messages have the same end at both`, async () => {
      const theirs = await verdicts(go, messages);
      ours = await verdicts(ts, messages);
      const different = messages.filter((m) => theirs.get(m.name)?.verdict !== ours.get(m.name)?.verdict);
      const dropped = [...theirs.values()].filter((v) => v.verdict === 'dropped').length;
      checks.note(`${messages.length - different.length} equal; Go drops the peer for ${dropped}`);
      for (const m of different) {
        checks.note(`${m.name}: Go ${theirs.get(m.name)?.verdict}, ours ${ours.get(m.name)?.verdict}: ${ON_PURPOSE[m.name] ?? 'NOT ON PURPOSE'}`);
      }
      checks.equal(
        different.filter((m) => ON_PURPOSE[m.name] === undefined).map((m) => m.name),
        [],
      );
    });
    await checks.run('our log has the reason for each that is dropped', async () => {
      const log = readFileSync(ts.logFile, 'utf8').split('\n');
      for (const m of messages) {
        const { peer, verdict } = ours.get(m.name) ?? { peer: '', verdict: 'not asked' };
        const line = log.find((l) => l.includes('dropped a peer') && l.includes(peer));
        checks.equal(verdict, m.dropped === undefined ? 'stays' : 'dropped', m.name);
        if (m.dropped !== undefined) checks.that(line !== undefined && m.dropped.test(line), `${m.name}: the log has ${line}`);
      }
    });
    await checks.run('both go on, and agree', async () => {
      const upTo = Math.max(await go.height(), await ts.height()) + 5;
      await Promise.all(net.nodes.map((n) => n.waitHeight(upTo + 1, 120_000)));
      checks.equal(await readChain(ts, 1, upTo), await readChain(go, 1, upTo));
      checks.note(`${upTo} blocks`);
    });
  } finally {
    await net.stop();
  }
  return checks;
}

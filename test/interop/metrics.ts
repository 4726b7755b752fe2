// The metrics of a node of ours beside those of a Go CometBFT in one network: each family that the Go node shows must be shown by ours, with
// the same type, labels and buckets; and heights and counts that both must agree on.
import { installNative } from '../../chain/native/install.ts';
import { type ParsedFamily, parseMetrics } from '../../chain/node/metrics/parse.ts';
import { createNetwork, type TestNetwork } from '../../testnet/launcher/network.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';

const HEIGHT = 6;
const PREFIX = 'cometbft_';

async function scrape(port: number): Promise<Map<string, ParsedFamily>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  return parseMetrics(await response.text());
}

const value = (m: Map<string, ParsedFamily>, name: string): number | undefined => [...(m.get(`${PREFIX}${name}`)?.samples.values() ?? [])][0];

/** Bounds as numbers: both write the same number in different lengths. */
const bounds = (f: ParsedFamily): string => f.bounds.map((b) => (b === '+Inf' ? b : Number(b).toPrecision(9))).join(' ');

/** Labels whose values are names of the protocol; which of them have come differs from run to run. */
const NAMED = ['reactor', 'message_type', 'chID', 'step', 'vote_type', 'status', 'matches_current', 'method', 'type'];

function labelValues(m: Map<string, ParsedFamily>, label: string): Set<string> {
  const out = new Set<string>();
  for (const [name, f] of m) {
    if (!name.startsWith(PREFIX)) continue;
    for (const sample of f.samples.keys()) for (const [, v] of sample.matchAll(new RegExp(`[{,]${label}="([^"]*)"`, 'g'))) out.add(v as string);
  }
  return out;
}

async function compareFamilies(checks: Checks, go: Map<string, ParsedFamily>, ts: Map<string, ParsedFamily>, whose = ''): Promise<void> {
  for (const [name, theirs] of go) {
    if (!name.startsWith(PREFIX)) continue;
    await checks.run(whose + name, () => {
      const ours = ts.get(name);
      if (ours === undefined) throw new Error('our node does not show it');
      checks.equal(ours.type, theirs.type, 'type');
      checks.equal(ours.labels.join(','), theirs.labels.join(','), 'labels');
      checks.equal(bounds(ours), bounds(theirs), 'buckets');
    });
  }
}

async function atSameHeight(ports: readonly number[]): Promise<Map<string, ParsedFamily>[]> {
  return waitFor(
    'a scrape of both at one height',
    async () => {
      const all = await Promise.all(ports.map(scrape));
      const heights = all.map((m) => value(m, 'consensus_latest_block_height'));
      return heights[0] !== undefined && heights.every((h) => h === heights[0]) ? all : undefined;
    },
    60_000,
    100,
  );
}

/** Nodes that catch up by blocks: what both say of it while and after. */
async function compareLateNodes(checks: Checks, network: TestNetwork, ports: readonly number[]): Promise<void> {
  const late = ['go-late', 'ts-late'].map((name) => network.node(name));
  await Promise.all(late.map((n) => n.start()));
  const reached = 2 * HEIGHT;
  await Promise.all(late.map((n) => n.waitHeight(reached)));
  const scraped = await waitFor(
    'the end of block sync in both',
    async () => {
      const all = await Promise.all(ports.map(scrape));
      return all.every((m) => value(m, 'blocksync_syncing') === 0) ? all : undefined;
    },
    60_000,
    100,
  );
  const [go, ts] = scraped as [Map<string, ParsedFamily>, Map<string, ParsedFamily>];
  await compareFamilies(checks, new Map([...go].filter(([name]) => name.startsWith(`${PREFIX}blocksync_`))), ts, 'of a late node: ');
  await checks.run('a late node: blocksync_latest_block_height is what came by blocks', async () => {
    const reachedNow = await Promise.all(late.map((n) => n.height()));
    for (const [name, m] of [['Go', go] as const, ['ours', ts] as const]) {
      const height = value(m, 'blocksync_latest_block_height') ?? 0;
      checks.note(`${name}: ${height}`);
      checks.that(height >= HEIGHT - 1, `${name}: at least the height of the network when it was started`);
      checks.that(height <= Math.max(...reachedNow), `${name}: not above the height of the chain`);
    }
  });
  for (const name of ['blocksync_num_txs', 'blocksync_total_txs'])
    await checks.run(`a late node: ${name}`, () => checks.equal(value(ts, name), value(go, name)));
}

export default async function metrics(): Promise<Checks> {
  installNative(() => {});
  const cometbft = await peerProgram('cometbft');
  const checks = new Checks('metrics');
  const [goPort = 0, tsPort = 0, goLatePort = 0, tsLatePort = 0] = await freePorts(4);
  const instrumentation = (port: number): Record<string, Record<string, string>> => ({
    instrumentation: { prometheus: 'true', prometheus_listen_addr: `"127.0.0.1:${port}"` },
  });
  const network = await createNetwork(
    {
      chainId: 'metrics-1',
      nodes: [
        { name: 'go', kind: 'go', power: 10, config: instrumentation(goPort) },
        { name: 'ts', kind: 'ts', power: 10, config: instrumentation(tsPort) },
        { name: 'go-late', kind: 'go', late: true, config: instrumentation(goLatePort) },
        { name: 'ts-late', kind: 'ts', late: true, config: instrumentation(tsLatePort) },
      ],
      consensus: { timeout_commit: '"500ms"' },
    },
    { cometbft },
  );
  try {
    await network.start();
    const validators = ['go', 'ts'].map((name) => network.node(name));
    await Promise.all(validators.map((n) => n.waitHeight(HEIGHT)));
    // A transaction that no application accepts.
    await Promise.all(validators.map((n) => n.result('broadcast_tx_sync?tx=0x00').catch(() => undefined)));
    const [go, ts] = (await atSameHeight([goPort, tsPort])) as [Map<string, ParsedFamily>, Map<string, ParsedFamily>];
    await compareFamilies(checks, go, ts);
    for (const label of NAMED) {
      await checks.run(`values of ${label}`, () => {
        const [theirs, ours] = [labelValues(go, label), labelValues(ts, label)];
        const missing = [...theirs].filter((v) => !ours.has(v));
        const common = theirs.size - missing.length;
        checks.note(`${common} of ${theirs.size} of the Go node's${missing.length === 0 ? '' : `, not seen here: ${missing.join(', ')}`}`);
        checks.that(theirs.size === 0 || common * 2 > theirs.size, 'most names are the same');
      });
    }
    for (const name of ['consensus_validators', 'consensus_validators_power', 'consensus_num_txs', 'p2p_peers', 'mempool_size', 'mempool_failed_txs']) {
      await checks.run(`${name}: value`, () => checks.equal(String(value(ts, name)), String(value(go, name)), 'value'));
    }
    await compareLateNodes(checks, network, [goLatePort, tsLatePort]);
    const names = [...go.keys()].filter((n) => n.startsWith(PREFIX));
    const more = [...ts.keys()].filter((n) => n.startsWith(PREFIX) && !go.has(n));
    console.log(`${names.length} families of the Go node compared; ours that it has not touched yet: ${more.map((n) => n.slice(PREFIX.length)).join(', ')}`);
    await checks.run('our node says that it is ready', async () => checks.equal((await fetch(`${network.node('ts').rpc}/readyz`)).status, 200, 'status'));
  } finally {
    await network.stop();
  }
  return checks;
}

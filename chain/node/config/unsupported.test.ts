import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultNodeConfig, loadNodeConfig } from './config.ts';
import { refuseUnsupportedApplication, refuseUnsupportedEngine, settingsWithoutEffect } from './unsupported.ts';

const home = mkdtempSync(join(tmpdir(), 'unsupported-'));
afterAll(() => rmSync(home, { recursive: true }));
const load = (path: string, value: string) => loadNodeConfig({ home, flags: new Map([[path, value]]) });

test('the defaults ask for nothing that is not there', () => {
  const config = defaultNodeConfig(home);
  refuseUnsupportedEngine(config);
  refuseUnsupportedApplication(config);
  expect(settingsWithoutEffect(config)).toEqual([]);
});

test.each([
  ['filter_peers', 'true'],
  ['rpc.grpc_laddr', 'tcp://127.0.0.1:1'],
  ['p2p.seeds', 'a@b:1'],
  ['p2p.persistent_peers', 'a@b:1'],
  ['p2p.seed_mode', 'true'],
  ['p2p.unconditional_peer_ids', 'a'],
  ['p2p.private_peer_ids', 'a'],
  ['mempool.type', 'app'],
  ['mempool.type', 'nop'],
  ['mempool.wal_dir', 'data/mempool.wal'],
  ['mempool.experimental_max_gossip_connections_to_persistent_peers', '3'],
  ['mempool.experimental_max_gossip_connections_to_non_persistent_peers', '3'],
  ['blocksync.adaptive_sync', 'true'],
  ['storage.discard_abci_responses', 'true'],
  ['tx_index.indexer', 'psql'],
])('config.toml: %s = %s is refused by the engine in one line that names it', (path, value) => {
  const config = load(path, value);
  const [section] = path.split(/_to_|_peers$/) as [string];
  expect(() => refuseUnsupportedEngine(config)).toThrow(
    new RegExp(`^config\\.toml: ${section.replaceAll('.', '\\.').slice(0, 30)}[^\\n]* is not supported by trellisd: [^\\n]+$`),
  );
  refuseUnsupportedApplication(config);
});

test.each([
  ['telemetry.enabled', 'true'],
  ['api.swagger', 'true'],
  ['api.rpc-write-timeout', '5'],
  ['streaming.abci.plugin', 'abci'],
  ['mempool.max-txs', '0'],
])('app.toml: %s = %s is refused', (path, value) => {
  const config = load(path, value);
  expect(() => refuseUnsupportedApplication(config)).toThrow(/^app\.toml: [^\n]+ is not supported by trellisd: [^\n]+$/);
  refuseUnsupportedEngine(config);
});

test.each([
  ['p2p.send_rate', '1'],
  ['p2p.libp2p.scaler.max_workers', '64'],
  ['p2p.pex', 'false'],
  ['pruning-interval', '10'],
])('%s = %s is accepted and named, since it changes nothing', (path, value) => {
  const [key] = settingsWithoutEffect(load(path, value)) as [string];
  expect(path.startsWith(key)).toBe(true);
});

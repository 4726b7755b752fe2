import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appConfigText,
  appFields,
  clientConfigText,
  cometConfigText,
  cometFields,
  defaultClientConfig,
  defaultNodeConfig,
  environmentName,
  loadClientConfig,
  loadNodeConfig,
} from './config.ts';
import { ConfigError } from './errors.ts';
import { parseConfig } from './read-file.ts';
import { fieldsOf } from './schema.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trellis-config-'));
  mkdirSync(join(home, 'config'));
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(home, 'config', name), text);

test('a home without files has the defaults of CometBFT v0.40 and the SDK', () => {
  const { comet, app } = loadNodeConfig({ home });
  expect(comet.rpc.laddr).toBe('tcp://127.0.0.1:26657');
  expect(comet.consensus).toMatchObject({
    timeoutProposeMs: 3000,
    timeoutProposeDeltaMs: 500,
    timeoutCommitMs: 1000,
    blockTimeToleranceMs: 60_000,
    doubleSignCheckHeight: 0n,
  });
  expect(comet.p2p.handshakeTimeoutMs).toBe(20_000);
  expect(comet.instrumentation).toMatchObject({ namespace: 'cometbft', prometheusListenAddr: ':26660' });
  expect(app.api.address).toBe('tcp://localhost:1317');
  expect(app.pruning).toBe('default');
});

test('what is written is read back, every key of it', () => {
  const defaults = defaultNodeConfig(home);
  write('config.toml', cometConfigText(defaults.comet));
  write('app.toml', appConfigText(defaults.app));
  expect(loadNodeConfig({ home })).toEqual(defaults);
  expect(parseConfig(cometConfigText(defaults.comet), cometFields, '').size).toBe([...fieldsOf(cometFields)].length);
  expect(parseConfig(appConfigText(defaults.app), appFields, '').size).toBe([...fieldsOf(appFields)].length);
});

test('client.toml round trip', () => {
  write('client.toml', clientConfigText(defaultClientConfig('trellis-1')));
  expect(loadClientConfig({ home })).toEqual(defaultClientConfig('trellis-1'));
});

test.each([
  ['config.toml', '[rpc]\nladr = "tcp://127.0.0.1:1"', /config\.toml: unknown key rpc\.ladr; did you mean rpc\.laddr\?/],
  ['config.toml', 'timeout_commit = "1s"', /unknown key timeout_commit; did you mean consensus\.timeout_commit|unknown key timeout_commit/],
  ['config.toml', '[consensus]\ntimeout_comit = "1s"', /did you mean consensus\.timeout_commit\?/],
  ['config.toml', '[consensuss]\n', /unknown key consensuss; did you mean consensus\?/],
  ['config.toml', '[consensus]\ntimeout_commit = "1"', /consensus\.timeout_commit must be a duration/],
  ['config.toml', '[consensus]\ntimeout_commit = "-1s"', /must not be negative/],
  ['config.toml', '[consensus]\ntimeout_commit = 5', /must be a duration/],
  ['config.toml', '[rpc]\nunsafe = "maybe"', /rpc\.unsafe must be true or false, not "maybe"/],
  ['config.toml', '[mempool]\nsize = 1.5', /mempool\.size must be a whole number/],
  ['config.toml', '[mempool]\nsize = -5', /mempool\.size must not be negative/],
  ['config.toml', 'rpc = 3', /rpc must be a section/],
  ['config.toml', 'log_format = "xml"', /log_format must be one of "plain", "json"/],
  ['config.toml', '[rpc\n', /config\.toml:1:\d+: not TOML/],
  ['config.toml', '[p2p]\nseed_mode = true\npex = false', /seed_mode needs p2p\.pex/],
  ['config.toml', '[statesync]\nenable = true', /rpc_servers needs at least two/],
  ['config.toml', '[p2p.libp2p]\nbootstrap_peers = [{ host = "a" }]', /needs a host and an id/],
  ['app.toml', 'minimum-gas-prices = "free"', /minimum-gas-prices must be amounts/],
  ['app.toml', 'minimum_gas_prices = "1utrel"', /did you mean minimum-gas-prices\?/],
  ['app.toml', 'pruning = "all"', /pruning must be one of/],
])('%s with %j is refused', (name, text, message) => {
  write(name, text);
  expect(() => loadNodeConfig({ home })).toThrow(ConfigError);
  expect(() => loadNodeConfig({ home })).toThrow(message);
});

test('the environment is over the file, flags are over the environment', () => {
  write('config.toml', '[rpc]\nladdr = "tcp://1.1.1.1:1"\nunsafe = true');
  const environment = {
    TRELLISD_RPC_LADDR: 'tcp://2.2.2.2:2',
    TRELLISD_P2P_SEEDS: 'a@b:1, c@d:2',
    TRELLISD_MEMPOOL_MAX_TXS: '7',
    TRELLISD_CONSENSUS_TIMEOUT_COMMIT: '250ms',
  };
  const flags = new Map([['rpc.laddr', 'tcp://3.3.3.3:3']]);
  const { comet, app } = loadNodeConfig({ home, environment, flags });
  expect(comet.rpc).toMatchObject({ laddr: 'tcp://3.3.3.3:3', unsafe: true });
  expect(comet.p2p.seeds).toEqual(['a@b:1', 'c@d:2']);
  expect(comet.consensus.timeoutCommitMs).toBe(250);
  expect(app.mempool.maxTxs).toBe(7);
});

test('an unknown variable of the environment is refused', () => {
  expect(() => loadNodeConfig({ home, environment: { TRELLISD_RPC_LADR: 'x' } })).toThrow(/did you mean TRELLISD_RPC_LADDR\?/);
  expect(loadNodeConfig({ home, environment: { PATH: '/bin', TRELLIS_VECTORS: 'x', TRELLISD_HOME: home } }).home).toBe(home);
});

test('two keys never share a variable of the environment', () => {
  const names = [...fieldsOf(cometFields), ...fieldsOf(appFields)].map(([path]) => environmentName(path));
  expect(new Set(names).size).toBe(names.length);
});

test("forms that Go's reader casts are read", () => {
  write('config.toml', 'moniker = 7\n[statesync]\nchunk_fetchers = 3\nrpc_servers = ["a", "b"]\n[mempool]\nsize = "12"');
  write('app.toml', 'pruning = "custom"\npruning-keep-recent = 100\nhalt-height = "12"');
  const { comet, app } = loadNodeConfig({ home });
  expect(comet.base.moniker).toBe('7');
  expect(comet.statesync).toMatchObject({ chunkFetchers: 3, rpcServers: ['a', 'b'] });
  expect(comet.mempool.size).toBe(12);
  expect(app).toMatchObject({ pruningKeepRecent: 100, haltHeight: 12n });
});

test('a file that is too large is refused', () => {
  write('config.toml', '#'.repeat((1 << 20) + 1));
  expect(() => loadNodeConfig({ home })).toThrow(/larger than/);
});

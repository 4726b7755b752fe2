// A network of Go simd (SDK 0.53.4 with CometBFT 0.38 in its process, peers over TCP): homes and genesis transactions by simd's own commands.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTomlKeys } from '../../../testnet/launcher/comet-node.ts';
import { temporaryFolder } from '../../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../../testnet/launcher/ports.ts';
import { type RunningProcess, runProcess, startProcess } from '../../../testnet/launcher/process.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import { genesisEntries, loadAccounts } from '../support/accounts.ts';
import { latestHeight } from '../support/driver.ts';
import { setToml } from '../support/simd-home.ts';
import { AMOUNT, type CreateStack, MIN_GAS_PRICE, type StackNode, type StackOptions } from './stack.ts';

const CHAIN_ID = 'bench-net-1';
const DENOM = 'stake';
const VALIDATOR_FUNDS = 1_000_000_000_000n;
const KEYRING = ['--keyring-backend', 'test'];
const ADDRESS_BYTES = 20;
const ED25519_PUBLIC = 32;

/** CometBFT's TCP node id: the address of the node key. */
function nodeId(home: string): string {
  const key = JSON.parse(readFileSync(join(home, 'config/node_key.json'), 'utf8')) as { readonly priv_key: { readonly value: string } };
  const pub = Buffer.from(key.priv_key.value, 'base64').subarray(-ED25519_PUBLIC);
  return createHash('sha256').update(pub).digest().subarray(0, ADDRESS_BYTES).toString('hex');
}

async function writeGenesis(simd: string, homes: readonly string[], validators: number, o: StackOptions): Promise<void> {
  const first = homes[0] as string;
  const run = (home: string, ...args: string[]): Promise<string> => runProcess(simd, [...args, '--home', home]);
  for (const [i, home] of homes.entries()) await run(home, 'init', `node${i}`, '--chain-id', CHAIN_ID, '--default-denom', DENOM);
  const signers = homes.slice(0, validators);
  for (const home of signers) {
    await run(home, 'keys', 'add', 'validator', ...KEYRING);
    const address = (await run(home, 'keys', 'show', 'validator', '-a', ...KEYRING)).trim();
    await run(first, 'genesis', 'add-genesis-account', address, `${VALIDATOR_FUNDS}${DENOM}`);
  }
  const file = join(first, 'config/genesis.json');
  mkdirSync(join(first, 'config/gentx'));
  for (const [i, home] of signers.entries()) {
    if (home !== first) cpSync(file, join(home, 'config/genesis.json'));
    const out = join(first, `config/gentx/gentx-${i}.json`);
    await run(home, 'genesis', 'gentx', 'validator', `1000000000${DENOM}`, '--chain-id', CHAIN_ID, '--output-document', out, ...KEYRING);
  }
  await run(first, 'genesis', 'collect-gentxs');
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  const entries = genesisEntries(loadAccounts(o.accounts, 'cosmos'), DENOM, AMOUNT);
  genesis.app_state.auth.accounts.push(...entries.auth);
  genesis.app_state.bank.balances.push(...entries.balances);
  genesis.app_state.bank.supply = [{ denom: DENOM, amount: String(BigInt(validators) * VALIDATOR_FUNDS + entries.total) }];
  if (o.blockBytesMax !== undefined) genesis.consensus.params.block.max_bytes = String(o.blockBytesMax);
  for (const home of homes) writeFileSync(join(home, 'config/genesis.json'), JSON.stringify(genesis));
}

interface Ports {
  readonly rpc: number;
  readonly p2p: number;
  readonly metrics: number;
}

function configure(home: string, ports: Ports, peers: string, timeoutCommit: string): void {
  const config = join(home, 'config/config.toml');
  setTomlKeys(config, '', { log_level: '"error"' });
  setTomlKeys(config, 'rpc', { laddr: `"tcp://127.0.0.1:${ports.rpc}"`, pprof_laddr: '""' });
  setTomlKeys(config, 'p2p', {
    laddr: `"tcp://127.0.0.1:${ports.p2p}"`,
    persistent_peers: `"${peers}"`,
    addr_book_strict: 'false',
    allow_duplicate_ip: 'true',
    pex: 'false',
  });
  setTomlKeys(config, 'consensus', { timeout_commit: `"${timeoutCommit}"` });
  setTomlKeys(config, 'instrumentation', { prometheus: 'true', prometheus_listen_addr: `"127.0.0.1:${ports.metrics}"` });
  setToml(join(home, 'config/app.toml'), [[/minimum-gas-prices = ".*"/, `minimum-gas-prices = "${MIN_GAS_PRICE}${DENOM}"`]]);
}

function node(simd: string, name: string, home: string, ports: Ports): StackNode {
  let p: RunningProcess | undefined;
  return {
    name,
    home,
    rpcPort: ports.rpc,
    metricsPort: ports.metrics,
    pids: () => (p === undefined || p.exit() !== undefined ? [] : [p.pid]),
    async start() {
      const started = startProcess(simd, ['start', '--home', home, '--grpc.enable=false', '--api.enable=false'], { logFile: `${home}.log` });
      p = started;
      const up = await waitFor(`the RPC of ${name}`, async () => {
        if (started.exit() !== undefined) return 'ended' as const;
        await latestHeight(ports.rpc);
        return 'up' as const;
      });
      if (up === 'ended') throw new Error(`simd ended:\n${started.output().slice(-3000)}`);
    },
    async stop() {
      await p?.stop();
    },
  };
}

export function simdStack(simd: string): CreateStack {
  return async (o) => {
    const folder = temporaryFolder('simd-net');
    const count = o.validators + (o.late ?? 0);
    const homes = Array.from({ length: count }, (_, i) => join(folder, `node${i}`));
    await writeGenesis(simd, homes, o.validators, o);
    const free = await freePorts(3 * count);
    const ports = homes.map((_, i): Ports => ({ rpc: free[3 * i] ?? 0, p2p: free[3 * i + 1] ?? 0, metrics: free[3 * i + 2] ?? 0 }));
    const addresses = homes.map((home, i) => `${nodeId(home)}@127.0.0.1:${ports[i]?.p2p}`);
    for (const [i, home] of homes.entries()) configure(home, ports[i] as Ports, addresses.filter((_, k) => k !== i).join(','), o.timeoutCommit);
    return {
      name: 'simd 0.53.4',
      chainId: CHAIN_ID,
      denom: DENOM,
      accounts: loadAccounts(o.accounts, 'cosmos'),
      firstNumber: BigInt(o.validators),
      nodes: homes.map((home, i) => node(simd, `node${i}`, home, ports[i] as Ports)),
    };
  };
}

// Networks of our own engine, and of Go CometBFT v0.40.0 with our application behind the ABCI socket: the same homes, the same genesis.
import { join } from 'node:path';
import { setTomlKeys } from '../../../testnet/launcher/comet-node.ts';
import { createNetwork, type TestNode } from '../../../testnet/launcher/network.ts';
import { freePorts } from '../../../testnet/launcher/ports.ts';
import { genesisEntries, loadAccounts } from '../support/accounts.ts';
import { AMOUNT, type CreateStack, MIN_GAS_PRICE, type StackNode } from './stack.ts';

const CHAIN_ID = 'bench-net-1';
const DENOM = 'utrel';

/** Environment of a process that is started within `start`. */
function within<T>(environment: Readonly<Record<string, string>>, start: () => T): T {
  Object.assign(process.env, environment);
  const started = start();
  for (const key of Object.keys(environment)) delete process.env[key];
  return started;
}

function stackNode(n: TestNode, metricsPort: number, environment: Readonly<Record<string, string>>): StackNode {
  return {
    name: n.name,
    home: n.home,
    rpcPort: n.rpcPort,
    metricsPort,
    pids: () => Object.values(n.pids).filter((p): p is number => p !== undefined),
    start: () => within(environment, () => n.start()),
    stop: () => n.stop(),
  };
}

/** `profile`: a folder for the CPU profile of the first validator (kind `ts`). */
export function cometStack(kind: 'ts' | 'go', cometbft?: string, profile?: string): CreateStack {
  return async (o) => {
    const accounts = loadAccounts(o.accounts, 'trellis');
    const entries = genesisEntries(accounts, DENOM, AMOUNT);
    const count = o.validators + (o.late ?? 0);
    const net = await createNetwork(
      {
        chainId: CHAIN_ID,
        nodes: Array.from({ length: count }, (_, i) => ({ name: `${kind}${i}`, kind, power: i < o.validators ? 10 : 0 })),
        consensus: { timeout_commit: `"${o.timeoutCommit}"` },
        genesis: (doc) => {
          const state = doc.app_state as { auth: { accounts: unknown }; bank: { balances: unknown; supply: unknown } };
          state.auth.accounts = entries.auth;
          state.bank.balances = entries.balances;
          state.bank.supply = [{ denom: DENOM, amount: String(entries.total) }];
          if (o.blockBytesMax === undefined) return;
          const params = doc.consensus_params as { block: { max_bytes: string } };
          params.block.max_bytes = String(o.blockBytesMax);
        },
      },
      cometbft === undefined ? {} : { cometbft },
    );
    const metricsPorts = await freePorts(count);
    for (const [i, n] of net.nodes.entries()) {
      const config = join(n.home, 'config/config.toml');
      setTomlKeys(config, '', { log_level: '"error"' });
      setTomlKeys(config, 'instrumentation', { prometheus: 'true', prometheus_listen_addr: `"127.0.0.1:${metricsPorts[i]}"` });
      setTomlKeys(join(n.home, 'config/app.toml'), '', { 'minimum-gas-prices': `"${MIN_GAS_PRICE}${DENOM}"` });
    }
    const environment: Readonly<Record<string, string>> = profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` };
    return {
      name: kind === 'ts' ? 'ours' : 'Go CometBFT 0.40.0 with our application over the socket',
      chainId: CHAIN_ID,
      denom: DENOM,
      accounts,
      firstNumber: 0n,
      nodes: net.nodes.map((n, i) => stackNode(n, metricsPorts[i] ?? 0, i === 0 ? environment : {})),
    };
  };
}

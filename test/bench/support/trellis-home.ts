// A one-validator home of our own chain with load accounts: `trellisd init`, its genesis completed as data.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcherProgram } from '../../../testnet/launcher/dev-chain.ts';
import { runProcess } from '../../../testnet/launcher/process.ts';
import { genesisEntries, type LoadAccount } from './accounts.ts';
import { type SimdPorts, setToml } from './simd-home.ts';

export async function initTrellisHome(
  home: string,
  options: { chainId: string; denom: string; accounts: readonly LoadAccount[]; ports: SimdPorts; timeoutCommit: string; pruning: string },
): Promise<void> {
  const { chainId, denom, ports } = options;
  await runProcess(process.execPath, [launcherProgram, 'init', 'bench', '--chain-id', chainId, '--home', home]);
  const file = join(home, 'config/genesis.json');
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  const entries = genesisEntries(options.accounts, denom, '1000000000');
  genesis.app_state.auth.accounts.push(...entries.auth);
  genesis.app_state.bank.balances.push(...entries.balances);
  genesis.app_state.bank.supply = [{ denom, amount: String(entries.total) }];
  writeFileSync(file, JSON.stringify(genesis));
  setToml(join(home, 'config/config.toml'), [
    [/laddr = "tcp:\/\/127\.0\.0\.1:26657"/, `laddr = "tcp://127.0.0.1:${ports.rpc}"`],
    [/timeout_commit = ".*"/, `timeout_commit = "${options.timeoutCommit}"`],
    [/log_level = ".*"/, 'log_level = "error"'],
  ]);
  setToml(join(home, 'config/app.toml'), [
    [/minimum-gas-prices = ".*"/, `minimum-gas-prices = "0.000001${denom}"`],
    [/pruning = ".*"/, `pruning = "${options.pruning}"`],
    [/address = "(localhost|127\.0\.0\.1):9090"/, `address = "127.0.0.1:${ports.grpc}"`],
    [/address = "tcp:\/\/(localhost|127\.0\.0\.1):1317"/, `address = "tcp://127.0.0.1:${ports.rest}"`],
  ]);
}

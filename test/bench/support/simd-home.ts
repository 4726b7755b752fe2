// A one-validator home of Go simd with load accounts, set up by simd's own commands and its genesis completed as data.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../../../testnet/launcher/process.ts';
import { genesisEntries, type LoadAccount } from './accounts.ts';

export interface SimdPorts {
  readonly rpc: number;
  readonly p2p: number;
  readonly grpc: number;
  readonly rest: number;
}

export function setToml(file: string, changes: readonly (readonly [RegExp, string])[]): void {
  let text = readFileSync(file, 'utf8');
  for (const [pattern, replacement] of changes) {
    if (!pattern.test(text)) throw new Error(`${file} has no ${pattern}`);
    text = text.replace(pattern, replacement);
  }
  writeFileSync(file, text);
}

export async function initSimdHome(
  simd: string,
  home: string,
  options: { chainId: string; denom: string; accounts: readonly LoadAccount[]; ports: SimdPorts; timeoutCommit: string; pruning: string },
): Promise<void> {
  const { chainId, denom, ports } = options;
  const run = (...args: string[]): Promise<string> => runProcess(simd, [...args, '--home', home]);
  await run('init', 'bench', '--chain-id', chainId, '--default-denom', denom);
  await run('keys', 'add', 'validator', '--keyring-backend', 'test');
  await run('genesis', 'add-genesis-account', 'validator', `1000000000000${denom}`, '--keyring-backend', 'test');
  await run('genesis', 'gentx', 'validator', `1000000000${denom}`, '--chain-id', chainId, '--keyring-backend', 'test');
  await run('genesis', 'collect-gentxs');
  const file = join(home, 'config/genesis.json');
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  const entries = genesisEntries(options.accounts, denom, '1000000000');
  genesis.app_state.auth.accounts.push(...entries.auth);
  genesis.app_state.bank.balances.push(...entries.balances);
  genesis.app_state.bank.supply = [{ denom, amount: String(1_000_000_000_000n + entries.total) }];
  writeFileSync(file, JSON.stringify(genesis));
  setToml(join(home, 'config/config.toml'), [
    [/laddr = "tcp:\/\/127\.0\.0\.1:26657"/, `laddr = "tcp://127.0.0.1:${ports.rpc}"`],
    [/laddr = "tcp:\/\/0\.0\.0\.0:26656"/, `laddr = "tcp://127.0.0.1:${ports.p2p}"`],
    [/pprof_laddr = ".*"/, 'pprof_laddr = ""'],
    [/timeout_commit = ".*"/, `timeout_commit = "${options.timeoutCommit}"`],
    [/log_level = ".*"/, 'log_level = "error"'],
  ]);
  setToml(join(home, 'config/app.toml'), [
    [/minimum-gas-prices = ".*"/, `minimum-gas-prices = "0.000001${denom}"`],
    [/pruning = ".*"/, `pruning = "${options.pruning}"`],
    [/address = "localhost:9090"/, `address = "127.0.0.1:${ports.grpc}"`],
    [/address = "tcp:\/\/localhost:1317"/, `address = "tcp://127.0.0.1:${ports.rest}"`],
  ]);
}

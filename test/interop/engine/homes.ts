// The homes of the run: one of `trellisd init` with funded accounts, and copies of it for the Go node and for fresh applications.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTomlKeys } from '../../../testnet/launcher/comet-node.ts';
import { trellisd } from '../../../testnet/launcher/dev-chain.ts';
import { genesisEntries } from '../../bench/support/accounts.ts';
import type { Chain, Fleet } from '../traffic/signer.ts';

export const CHAIN: Chain = { chainId: 'trellis-engine-1', prefix: 'trellis', denom: 'utrel', fee: 5000n, unordered: true };
export const BALANCE = 100_000_000n;

/** `trellisd init` and the accounts of the fleet in its genesis. */
export async function initHome(home: string, fleet: Fleet, flags: readonly string[] = []): Promise<void> {
  const p = trellisd(['init', 'engine', '--chain-id', CHAIN.chainId, '--home', home, ...flags]);
  const { code } = await p.exited;
  if (code !== 0) throw new Error(`trellisd init ended with ${code}:\n${p.output()}`);
  const file = join(home, 'config/genesis.json');
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  const { auth, balances, total } = genesisEntries(fleet.accounts, CHAIN.denom, String(BALANCE));
  genesis.app_state.auth.accounts = auth;
  genesis.app_state.bank.balances = balances;
  genesis.app_state.bank.supply = [{ denom: CHAIN.denom, amount: String(total) }];
  writeFileSync(file, JSON.stringify(genesis, undefined, 2));
  setTomlKeys(join(home, 'config/app.toml'), '', { 'minimum-gas-prices': `"0.001${CHAIN.denom}"` });
}

/** A home with the same configuration, genesis and key, and nothing done yet. */
export function copyHome(from: string, home: string): string {
  for (const folder of ['config', 'data']) cpSync(join(from, folder), join(home, folder), { recursive: true });
  return home;
}

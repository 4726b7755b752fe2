// `genesis validate`: what every node checks at start, said before it.
import type { Command } from 'commander';
import { bech32Decode } from '../../crypto/bech32.ts';
import { type Cli, prefixOf } from '../cli.ts';
import { CliError } from '../errors.ts';
import { type AppState, addCoins, type Coin, parseCoins } from './app-state.ts';
import { brokenPeriodRule } from './evidence-age.ts';
import { appStateOf, existingHome, readGenesisFile } from './file.ts';
import { validateAppState } from './modules.ts';

/** Addresses, coins and the sum of balances. Throws CliError. */
function checkBank(bank: AppState): void {
  const seen = new Set<string>();
  let sum: Coin[] = [];
  for (const { address, coins } of (bank.balances ?? []) as { address: string; coins: Coin[] }[]) {
    if (seen.has(address)) throw new CliError(`bank: two balances of ${address}`);
    seen.add(address);
    try {
      bech32Decode(address);
    } catch (e) {
      throw new CliError(`bank: ${(e as Error).message}`);
    }
    const sorted = parseCoins(coins.map((c) => c.amount + c.denom).join(','));
    if (sorted.some((c, i) => c.denom !== coins[i]?.denom)) throw new CliError(`bank: the coins of ${address} are not sorted by denomination`);
    sum = addCoins(sum, coins);
  }
  const supply = (bank.supply ?? []) as Coin[];
  if (supply.length > 0 && JSON.stringify(addCoins([], supply)) !== JSON.stringify(sum)) {
    const show = (coins: readonly Coin[]): string => coins.map((c) => c.amount + c.denom).join(',') || 'nothing';
    throw new CliError(`bank: the supply is ${show(supply)}, but the balances sum up to ${show(sum)}`);
  }
}

function checkAuth(auth: AppState): void {
  const seen = new Set<string>();
  for (const a of (auth.accounts ?? []) as AppState[]) {
    const address = a.address ?? a.base_account?.address ?? a.base_vesting_account?.base_account?.address;
    if (typeof address !== 'string') throw new CliError('auth: an account without an address');
    if (seen.has(address)) throw new CliError(`auth: two accounts of ${address}`);
    seen.add(address);
  }
}

export function validateCommand(parent: Command, cli: Cli): void {
  const command = parent.command('validate [file]').alias('validate-genesis').description("Check a genesis file, by default the home's");
  command.action((given: string | undefined) => {
    const options = command.optsWithGlobals();
    const file = given ?? existingHome(cli, options).files.genesis;
    cli.io.err(`Validating genesis file at ${file}`);
    const doc = readGenesisFile(file);
    const state = appStateOf(doc);
    if (state.auth) checkAuth(state.auth);
    if (state.bank) checkBank(state.bank);
    if (doc.appState !== '') validateAppState(prefixOf(cli, options), doc.appState);
    const broken = brokenPeriodRule(doc.consensusParams, state);
    if (broken !== undefined) cli.io.err(`warning: ${broken}`);
    cli.io.err(`File at ${file} is a valid genesis file`);
  });
}

// `genesis add-genesis-account` and `bulk-add-genesis-account`.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { moduleAddress } from '../../crypto/address.ts';
import { bech32Decode, bech32Encode } from '../../crypto/bech32.ts';
import { bigOption, booleanFlag, type Cli, type Options, prefixOf } from '../cli.ts';
import { keyringOf, keyringOptions } from '../client.ts';
import { CliError } from '../errors.ts';
import { type AppState, addGenesisAccount, type Coin, parseCoins } from './app-state.ts';
import { appStateOf, existingHome, readGenesisFile, writeGenesisFile } from './file.ts';

const baseAccount = (address: string): AppState => ({ address, pub_key: null, account_number: '0', sequence: '0' });

function vestingAccount(address: string, coins: readonly Coin[], amount: readonly Coin[], start: bigint, end: bigint): AppState {
  const original = new Map(coins.map((c) => [c.denom, BigInt(c.amount)]));
  for (const c of amount) if ((original.get(c.denom) ?? 0n) < BigInt(c.amount)) throw new CliError('--vesting-amount is more than the coins of the account');
  const base = {
    base_account: baseAccount(address),
    original_vesting: amount,
    delegated_free: [],
    delegated_vesting: [],
    end_time: end.toString(),
  };
  if (start !== 0n && end !== 0n) {
    if (start >= end) throw new CliError('--vesting-start-time must be before --vesting-end-time');
    return { '@type': '/cosmos.vesting.v1beta1.ContinuousVestingAccount', base_vesting_account: base, start_time: start.toString() };
  }
  if (end !== 0n) return { '@type': '/cosmos.vesting.v1beta1.DelayedVestingAccount', base_vesting_account: base };
  throw new CliError('--vesting-amount needs --vesting-end-time, and --vesting-start-time for continuous vesting');
}

function addressOf(cli: Cli, options: Options, text: string): string {
  const prefix = prefixOf(cli, options);
  if (text.startsWith(`${prefix}1`)) {
    bech32Decode(text);
    return text;
  }
  return bech32Encode(prefix, keyringOf(cli, options).get(text).address);
}

export function addAccountCommand(parent: Command, cli: Cli): void {
  const command = keyringOptions(parent.command('add-genesis-account <address_or_key_name> <coins>'))
    .description('Add an account with coins to the genesis')
    .option('--vesting-amount <coins>', 'Coins that vest')
    .addOption(bigOption('--vesting-start-time <seconds>', 'Unix time at which vesting begins', 0n))
    .addOption(bigOption('--vesting-end-time <seconds>', 'Unix time at which all is vested', 0n))
    .option('--module-name <name>', 'Make it the account of a module');
  booleanFlag(command, '--append', 'Add the coins to an account that is there');
  command.action((who: string, text: string) => {
    const options = command.optsWithGlobals();
    const { files } = existingHome(cli, options);
    const coins = parseCoins(text);
    const module = options.moduleName as string | undefined;
    const address = module === undefined ? addressOf(cli, options, who) : bech32Encode(prefixOf(cli, options), moduleAddress(module));
    const vesting = parseCoins((options.vestingAmount as string | undefined) ?? '');
    const account =
      vesting.length > 0
        ? vestingAccount(address, coins, vesting, options.vestingStartTime, options.vestingEndTime)
        : module !== undefined
          ? { '@type': '/cosmos.auth.v1beta1.ModuleAccount', base_account: baseAccount(address), name: module, permissions: [] }
          : { '@type': '/cosmos.auth.v1beta1.BaseAccount', ...baseAccount(address) };
    const doc = readGenesisFile(files.genesis);
    const state = appStateOf(doc);
    addGenesisAccount(state, address, coins, account, options.append === true);
    writeGenesisFile(files.genesis, doc, state);
  });
}

interface BulkAccount {
  readonly address: string;
  readonly coins: readonly Coin[];
}

export function bulkAddCommand(parent: Command, cli: Cli): void {
  const command = parent
    .command('bulk-add-genesis-account <file>')
    .description('Add accounts from a JSON file: [{"address": "…", "coins": [{"denom": "utrel", "amount": "5"}]}]');
  booleanFlag(command, '--append', 'Add the coins to accounts that are there');
  command.action((file: string) => {
    const options = command.optsWithGlobals();
    const { files } = existingHome(cli, options);
    let list: BulkAccount[];
    try {
      list = JSON.parse(readFileSync(file, 'utf8')) as BulkAccount[];
    } catch (e) {
      throw new CliError(`${file}: ${(e as Error).message}`);
    }
    if (!Array.isArray(list)) throw new CliError(`${file}: not a list of accounts`);
    const doc = readGenesisFile(files.genesis);
    const state = appStateOf(doc);
    for (const { address, coins } of list) {
      const checked = parseCoins(coins.map((c) => c.amount + c.denom).join(','));
      bech32Decode(address);
      addGenesisAccount(state, address, checked, { '@type': '/cosmos.auth.v1beta1.BaseAccount', ...baseAccount(address) }, options.append === true);
    }
    writeGenesisFile(files.genesis, doc, state);
  });
}

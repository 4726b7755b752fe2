// Accounts with coins, put into the application's part of a genesis file.
import { bech32Decode } from '../../crypto/bech32.ts';
import { compareBytes } from '../../encoding/bytes.ts';
import { CliError } from '../errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: the state of modules is JSON that their own genesis code checks
export type AppState = Record<string, any>;

export interface Coin {
  readonly denom: string;
  readonly amount: string;
}

const COIN = /^(\d{1,78})([a-zA-Z][a-zA-Z0-9/:._-]{2,127})$/;

/** "5utrel,7uatom": sorted, each denomination once, amounts above zero. Throws CliError. */
export function parseCoins(text: string): Coin[] {
  const coins = text
    .split(',')
    .map((s) => s.trim())
    .filter((s) => s !== '')
    .map((part) => {
      const m = COIN.exec(part);
      if (m === null) throw new CliError(`invalid coin ${JSON.stringify(part)}: give an amount and a denomination, such as 100utrel`);
      const amount = BigInt(m[1] as string);
      if (amount === 0n) throw new CliError(`invalid coin ${JSON.stringify(part)}: the amount is zero`);
      if (amount >> 256n !== 0n) throw new CliError(`invalid coin ${JSON.stringify(part)}: the amount has more than 256 bits`);
      return { denom: m[2] as string, amount: amount.toString() };
    })
    .sort((a, b) => (a.denom < b.denom ? -1 : a.denom > b.denom ? 1 : 0));
  const twice = coins.find((c, i) => coins[i + 1]?.denom === c.denom);
  if (twice !== undefined) throw new CliError(`the denomination ${twice.denom} is given twice`);
  return coins;
}

export function addCoins(a: readonly Coin[], b: readonly Coin[]): Coin[] {
  const sum = new Map<string, bigint>();
  for (const c of [...a, ...b]) sum.set(c.denom, (sum.get(c.denom) ?? 0n) + BigInt(c.amount));
  return [...sum]
    .filter(([, amount]) => amount > 0n)
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([denom, amount]) => ({ denom, amount: amount.toString() }));
}

function section(state: AppState, module: string, list: string): AppState[] {
  state[module] ??= {};
  state[module][list] ??= [];
  if (!Array.isArray(state[module][list])) throw new CliError(`genesis: app_state.${module}.${list} is not a list`);
  return state[module][list];
}

/** The address of any account kind: plain, vesting (around a base account) or module. */
function accountAddress(account: AppState): unknown {
  return account.address ?? account.base_account?.address ?? account.base_vesting_account?.base_account?.address;
}

function setAccountNumber(account: AppState, n: number): void {
  const base = account.base_account ?? account.base_vesting_account?.base_account ?? account;
  base.account_number = String(n);
}

/** Puts an account with coins into the state (sdk:x/genutil AddGenesisAccount). `account` is its proto JSON. Throws CliError. */
export function addGenesisAccount(state: AppState, address: string, coins: readonly Coin[], account: AppState, append: boolean): void {
  const accounts = section(state, 'auth', 'accounts');
  const balances = section(state, 'bank', 'balances');
  if (accounts.some((a) => accountAddress(a) === address)) {
    if (!append) throw new CliError(`${address} is in the genesis already; --append adds coins to it`);
  } else {
    accounts.push(account);
    // Numbers must differ; they follow the order of the list.
    for (const [i, a] of accounts.entries()) setAccountNumber(a, i);
  }
  const balance = balances.find((b) => b.address === address);
  if (balance === undefined) balances.push({ address, coins });
  else balance.coins = addCoins(balance.coins, coins);
  balances.sort((a, b) => compareBytes(bech32Decode(a.address).bytes, bech32Decode(b.address).bytes));
  state.bank.supply = addCoins(section(state, 'bank', 'supply') as unknown as Coin[], coins);
}

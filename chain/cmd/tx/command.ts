// What the commands that send messages share: who signs, the messages they make, and sending them.
import type { Command } from 'commander';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { bech32Decode, bech32Encode } from '../../crypto/bech32.ts';
import type { Codec } from '../../encoding/codec.ts';
import type { Cli, Options } from '../cli.ts';
import { type Client, clientOf } from '../client.ts';
import { CliError } from '../errors.ts';
import { type Coin, parseCoins } from '../genesis/app-state.ts';
import { valueContext } from '../methods/arguments.ts';
import type { ValueContext } from '../methods/values.ts';
import { txOptions } from './options.ts';
import { makeAndSend } from './send.ts';
import { type From, resolveFrom } from './signer.ts';

export interface Sending {
  readonly cli: Cli;
  readonly options: Options;
  readonly client: Client;
  readonly from: From;
  /** Account behind `from` as an operator of a validator. */
  readonly operator: string;
  readonly values: ValueContext;
}

export const anyOf = <T>(codec: Codec<T>, value: T): Any => ({ typeUrl: `/${codec.name}`, value: codec.encode(value) });

/** Who signs, by `who` (a key, an account or an operator) or --from. */
export function signerOf(cli: Cli, options: Options, client: Client, who?: string): From {
  const operators = `${client.prefix}valoper`;
  const account = who?.startsWith(`${operators}1`) ? ((options.from as string | undefined) ?? bech32Encode(client.prefix, bech32Decode(who).bytes)) : who;
  return resolveFrom(cli, options, client, account, options.generateOnly !== true && options.dryRun !== true);
}

export function operatorOf(prefix: string, address: string): string {
  return bech32Encode(`${prefix}valoper`, bech32Decode(address).bytes);
}

export interface TxCommand {
  /** For commander: "grant <grantee> <kind>". */
  readonly spec: string;
  readonly description: string;
  readonly aliases?: readonly string[];
  readonly options?: (command: Command) => void;
  /** The word that names the signer, where it is not --from alone. */
  readonly who?: (words: readonly unknown[]) => string | undefined;
  readonly messages: (words: readonly unknown[], s: Sending) => readonly Any[] | Promise<readonly Any[]>;
  /** Instead of one transaction with all messages. */
  readonly send?: (messages: readonly Any[], s: Sending) => Promise<void>;
}

export function addTxCommand(parent: Command, cli: Cli, c: TxCommand): void {
  const command = txOptions(parent.command(c.spec)).description(c.description);
  for (const alias of c.aliases ?? []) command.alias(alias);
  c.options?.(command);
  command.action(async (...words: unknown[]) => {
    const options = command.optsWithGlobals();
    const client = clientOf(cli, options);
    const from = signerOf(cli, options, client, c.who?.(words));
    const values = valueContext(cli, options, client.prefix, true);
    const s: Sending = { cli, options, client, from, operator: operatorOf(client.prefix, from.address), values };
    const messages = await c.messages(words, s);
    if (messages.length === 0) throw new CliError('there is nothing to send');
    if (c.send !== undefined) await c.send(messages, s);
    else await makeAndSend(cli, options, client, from, messages);
  });
}

/** An amount that must not be empty. */
export function someCoins(text: string, name: string): Coin[] {
  const coins = parseCoins(text);
  if (coins.length === 0) throw new CliError(`${name} is empty: give an amount and a denomination, such as 100utrel`, 2);
  return coins;
}

export function oneCoin(text: string, name: string): Coin {
  const [coin, more] = someCoins(text, name);
  if (coin === undefined || more !== undefined) throw new CliError(`${name} must be one coin, not ${JSON.stringify(text)}`, 2);
  return coin;
}

/** Checks that it is an address of this chain; the name of a key stands for its address. `kind` is '' or valoper. */
export function addressArgument(s: Pick<Sending, 'client' | 'values'>, word: string, name: string, kind: '' | 'valoper' = ''): string {
  const prefix = `${s.client.prefix}${kind}`;
  if (!/1[a-z0-9]{38,}$/.test(word)) {
    const own = s.values.keyAddress(word);
    if (own !== undefined) return bech32Encode(prefix, own);
  }
  try {
    if (bech32Decode(word).prefix === prefix) return word;
  } catch {
    // Told below.
  }
  throw new CliError(`${name} must be an address ${prefix}1… or the name of a key, not ${JSON.stringify(word)}`, 2);
}

const DECIMAL = /^(\d{1,60})(?:\.(\d{1,18}))?$/;

/** "0.1" in units of 10^-18, as messages hold it. */
export function decimalArgument(text: string, name: string): string {
  const m = DECIMAL.exec(text);
  if (m === null) throw new CliError(`${name} must be a decimal such as 0.1, not ${JSON.stringify(text)}`, 2);
  return (BigInt(m[1] as string) * 10n ** 18n + BigInt((m[2] ?? '').padEnd(18, '0'))).toString();
}

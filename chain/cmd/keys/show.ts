// `keys show`, `list`, `list-key-types` and `parse`.
import type { Command } from 'commander';
import { Option } from 'commander';
import { type AccountKey, accountKeyAddress } from '../../crypto/account-key.ts';
import { bech32Decode, bech32Encode } from '../../crypto/bech32.ts';
import { compareBytes, fromHex, toHexUpper } from '../../encoding/bytes.ts';
import { booleanFlag, type Cli, prefixOf, wholeNumber } from '../cli.ts';
import { keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { type KeyRecord, publicRecord } from '../keyring/record.ts';
import { toYaml } from '../yaml.ts';
import { keyOutput, outputFormat, printKeys } from './output.ts';

/** A key by its name or its bech32 address. */
export function findKey(ring: Keyring, nameOrAddress: string, prefix: string): KeyRecord {
  const byName = ring.find(nameOrAddress);
  if (byName !== undefined) return byName;
  if (nameOrAddress.startsWith(`${prefix}1`)) {
    const record = ring.byAddress(bech32Decode(nameOrAddress).bytes);
    if (record !== undefined) return record;
  }
  throw new CliError(`no key is named ${nameOrAddress} or has this address; "keys list" shows those that are there`);
}

function combined(records: readonly KeyRecord[], threshold: number): KeyRecord {
  if (threshold < 1 || threshold > records.length) throw new CliError(`--multisig-threshold must lie between 1 and ${records.length}`, 2);
  const keys = records.map((r) => r.publicKey).sort((a, b) => compareBytes(accountKeyAddress(a), accountKeyAddress(b)));
  return publicRecord('multi', 'multi', { type: 'multisig', threshold, keys } satisfies AccountKey);
}

export function showCommand(parent: Command, cli: Cli): void {
  const command = parent
    .command('show <name_or_address...>')
    .description('Show a key, or the multisig of several')
    .addOption(new Option('--bech <kind>', 'Kind of address').choices(['acc', 'val', 'cons']).default('acc'))
    .option('--multisig-threshold <k>', 'How many of several keys must sign', wholeNumber, 1);
  booleanFlag(command, '-a, --address', 'Print the address only');
  booleanFlag(command, '-p, --pubkey', 'Print the public key only');
  command.action((names: string[]) => {
    const options = command.optsWithGlobals();
    const prefix = prefixOf(cli, options);
    const ring = keyringOf(cli, options);
    const records = names.map((n) => findKey(ring, n, prefix));
    const record = records.length === 1 ? (records[0] as KeyRecord) : combined(records, options.multisigThreshold);
    const output = keyOutput(record, prefix, options.bech);
    if (options.address === true && options.pubkey === true) throw new CliError('--address and --pubkey exclude each other', 2);
    if ((options.address === true || options.pubkey === true) && options.output !== undefined) {
      throw new CliError('--output cannot be used with --address or --pubkey', 2);
    }
    if (options.address === true) cli.io.out(output.address);
    else if (options.pubkey === true) cli.io.out(output.pubkey);
    else if (outputFormat(cli, options) === 'json') cli.io.out(JSON.stringify(output));
    else cli.io.out(toYaml([output]).trimEnd());
  });
}

export function listCommand(parent: Command, cli: Cli): void {
  const command = parent.command('list').description('List all keys');
  booleanFlag(command, '-n, --list-names', 'Names only');
  command.action(() => {
    const options = command.optsWithGlobals();
    const records = keyringOf(cli, options).list();
    if (options.listNames === true) for (const r of records) cli.io.out(r.name);
    else if (records.length === 0 && outputFormat(cli, options) === 'text') cli.io.out('No records were found in keyring');
    else printKeys(cli, options, records);
  });
}

export function listKeyTypesCommand(parent: Command, cli: Cli): void {
  parent
    .command('list-key-types')
    .description('List the algorithms of keys')
    .action(() => cli.io.out('Supported key types/algos:\n["secp256k1"]'));
}

export function parseCommand(parent: Command, cli: Cli): void {
  const command = parent.command('parse <hex-or-bech32-address>').description('Show an address in all its forms');
  command.action((text: string) => {
    const options = command.optsWithGlobals();
    const json = outputFormat(cli, options) === 'json';
    if (/^[0-9a-fA-F]+$/.test(text) && text.length % 2 === 0) {
      const bytes = fromHex(text);
      const prefix = prefixOf(cli, options);
      const formats = ['', 'pub', 'valoper', 'valoperpub', 'valcons', 'valconspub'].map((s) => bech32Encode(prefix + s, bytes));
      cli.io.out(json ? JSON.stringify({ formats }) : toYaml({ formats }).trimEnd());
      return;
    }
    const { prefix, bytes } = bech32Decode(text);
    const value = { human: prefix, bytes: toHexUpper(bytes) };
    cli.io.out(json ? JSON.stringify(value) : toYaml(value).trimEnd());
  });
}

// `keys add`: a new key, one recovered from words, one of which only the public half is known, or a multisig of keys that are here.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { AccountKey } from '../../crypto/account-key.ts';
import { accountKeyAddress } from '../../crypto/account-key.ts';
import { compareBytes, fromBase64 } from '../../encoding/bytes.ts';
import { booleanFlag, type Cli, commaList, type Options, prefixOf, wholeNumber } from '../cli.ts';
import { keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { COIN_TYPE, hdPath, keyFromMnemonic, newMnemonic } from '../keyring/mnemonic.ts';
import { type KeyRecord, localRecord } from '../keyring/record.ts';
import { toYaml } from '../yaml.ts';
import { keyOutput, outputFormat } from './output.ts';

export function addCommand(parent: Command, cli: Cli): void {
  const command = parent
    .command('add <name>')
    .description('Add a key: new, recovered from words, public only, or a multisig')
    .option('--account <number>', 'Account number of the HD path', wholeNumber, 0)
    .option('--index <number>', 'Address index of the HD path', wholeNumber, 0)
    .option('--coin-type <number>', 'Coin type of the HD path', wholeNumber, COIN_TYPE)
    .option('--hd-path <path>', 'Whole HD path, in place of the three')
    .option('--key-type <type>', 'Algorithm of the key', 'secp256k1')
    .option('--multisig <names>', 'Names of keys in the keyring that make a multisig, joined by commas', commaList)
    .option('--multisig-threshold <k>', 'How many of them must sign', wholeNumber, 1)
    .option('--pubkey <json>', 'A public key as JSON, to be kept without its private half')
    .option('--pubkey-base64 <key>', 'The same in base64')
    .option('--source <file>', 'File with the words (with --recover or --interactive)')
    .option('--no-backup', 'Do not print the words');
  booleanFlag(command, '--nosort', 'Keep the order of --multisig instead of sorting by address');
  booleanFlag(command, '-i, --interactive', 'Ask for the words and for a BIP-39 passphrase');
  booleanFlag(command, '--recover', 'Recover from words that stdin or --source gives');
  booleanFlag(command, '--dry-run', 'Show the key without keeping it');
  command.action((name: string) => add(cli, name, command.optsWithGlobals()));
}

function publicKeyOption(options: Options): AccountKey | undefined {
  if (options.pubkey !== undefined && options.pubkeyBase64 !== undefined) throw new CliError('--pubkey and --pubkey-base64 exclude each other', 2);
  let text = options.pubkeyBase64 as string | undefined;
  let type = 'secp256k1';
  if (options.pubkey !== undefined) {
    try {
      const json = JSON.parse(options.pubkey as string) as { '@type'?: unknown; key?: unknown };
      type = /^\/cosmos\.crypto\.(secp256k1|ed25519|secp256r1)\.PubKey$/.exec(String(json['@type']))?.[1] ?? '';
      text = String(json.key);
    } catch {
      throw new CliError('--pubkey is not JSON', 2);
    }
  }
  if (text === undefined) return undefined;
  const bytes = fromBase64(text);
  if ((type !== 'secp256k1' && type !== 'ed25519' && type !== 'secp256r1') || bytes.length !== (type === 'ed25519' ? 32 : 33)) {
    throw new CliError('the public key must be {"@type": "/cosmos.crypto.secp256k1.PubKey", "key": base64 of 33 bytes}, or ed25519 with 32', 2);
  }
  return { type, bytes };
}

function multisigKey(ring: Keyring, names: readonly string[], options: Options): AccountKey {
  const threshold = options.multisigThreshold as number;
  if (threshold < 1 || threshold > names.length) throw new CliError(`--multisig-threshold must lie between 1 and ${names.length}`, 2);
  if (new Set(names).size !== names.length) throw new CliError('--multisig names a key twice', 2);
  const keys = names.map((n) => ring.get(n).publicKey);
  if (options.nosort !== true) keys.sort((a, b) => compareBytes(accountKeyAddress(a), accountKeyAddress(b)));
  return { type: 'multisig', threshold, keys };
}

function readWords(cli: Cli, options: Options): { words: string; passphrase: string; fresh: boolean } {
  const source = options.source as string | undefined;
  const recover = options.recover === true || options.interactive === true;
  if (!recover) {
    if (source !== undefined) throw new CliError('--source needs --recover or --interactive', 2);
    return { words: newMnemonic(), passphrase: '', fresh: true };
  }
  if (source === undefined && cli.io.interactive) cli.io.err('Enter the BIP-39 words:');
  const words = source === undefined ? (cli.io.readLine() ?? '') : readFileSync(source, 'utf8');
  const fresh = options.interactive === true && words.trim() === '';
  const passphrase = options.interactive === true ? cli.io.readSecret('BIP-39 passphrase (empty for none):') : '';
  return { words: fresh ? newMnemonic() : words.trim(), passphrase, fresh };
}

function add(cli: Cli, name: string, options: Options): void {
  if (options.keyType !== 'secp256k1') throw new CliError(`--key-type ${options.keyType} is not supported; accounts have secp256k1 keys`, 2);
  const ring = keyringOf(cli, options);
  const dry = options.dryRun === true;
  if (!dry && ring.find(name) !== undefined) {
    if (cli.io.interactive) cli.io.err(`override the existing name ${name} [y/N]:`);
    if (!/^y(es)?$/i.test(cli.io.readLine()?.trim() ?? '')) throw new CliError('aborted');
    ring.delete(name);
  }
  const names = options.multisig as string[] | undefined;
  const publicKey = names === undefined ? publicKeyOption(options) : multisigKey(ring, names, options);
  if (publicKey !== undefined) {
    print(cli, options, ring.addPublicKey(name, publicKey), undefined);
    return;
  }
  const path = (options.hdPath as string | undefined) ?? hdPath(options.coinType, options.account, options.index);
  const { words, passphrase, fresh } = readWords(cli, options);
  const key = keyFromMnemonic(words, path, passphrase);
  const record = dry ? localRecord(name, key) : ring.addPrivateKey(name, key);
  print(cli, options, record, fresh && options.backup !== false ? words : undefined);
}

function print(cli: Cli, options: Options, record: KeyRecord, words: string | undefined): void {
  const output = keyOutput(record, prefixOf(cli, options));
  if (outputFormat(cli, options) === 'json') {
    cli.io.out(JSON.stringify(words === undefined ? output : { ...output, mnemonic: words }));
    return;
  }
  cli.io.out(`\n${toYaml([output]).trimEnd()}`);
  if (words === undefined) return;
  cli.io.err('\n\n**Important** write these words down in a safe place: without them a lost key cannot be recovered.\n');
  cli.io.err(words);
}

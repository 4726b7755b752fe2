// `tx sign`, `broadcast`, `encode`, `decode`, `simulate`, `validate-signatures`.
import type { Command } from 'commander';
import { SignatureDescriptors, SignMode } from '../../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { Tx } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { toJsonText } from '../../../proto/json.ts';
import { bech32Decode, bech32Encode } from '../../crypto/bech32.ts';
import { bytesEqual, fromBase64, fromHex, toBase64 } from '../../encoding/bytes.ts';
import { anyOfAccountKey } from '../../tx/public-key.ts';
import { booleanFlag, type Cli, type Options } from '../cli.ts';
import { type Client, clientOf, keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';
import { findKey } from '../keys/show.ts';
import { txJson } from '../query/tx-response.ts';
import { simulate } from './build.ts';
import { readTx, writeDocument } from './document.ts';
import { txOptions } from './options.ts';
import { broadcast } from './send.ts';
import { signModeOf, signTx, singleSigner } from './sign.ts';
import { accountNumbers, chainIdOf, resolveFrom } from './signer.ts';

/** The address of a multisig account, given by a key's name or as an address. */
function accountAddress(cli: Cli, options: Options, client: Client, text: string): string {
  if (text.startsWith(`${client.prefix}1`)) {
    bech32Decode(text);
    return text;
  }
  return bech32Encode(client.prefix, keyringOf(cli, options).get(text).address);
}

export function signCommand(parent: Command, cli: Cli): void {
  const command = txOptions(parent.command('sign <file>'))
    .description('Sign a transaction that was generated')
    .option('--multisig <name_or_address>', 'Sign on behalf of this multisig account; prints the signature')
    .option('--output-document <file>', 'Write there instead of to stdout');
  booleanFlag(command, '--overwrite', 'Replace signatures that are there');
  booleanFlag(command, '--signature-only', 'Print the signature only');
  command.action(async (file: string) => {
    const options = command.optsWithGlobals();
    const client = clientOf(cli, options);
    const tx = readTx(cli, file);
    const from = resolveFrom(cli, options, client, undefined, true);
    if (from.record === undefined || from.keyring === undefined) throw new CliError('no key was given: use --from', 2);
    const multisig = options.multisig === undefined ? undefined : accountAddress(cli, options, client, options.multisig);
    const numbers = await accountNumbers(options, client, multisig ?? from.address);
    const sequence = tx.body?.unordered === true ? 0n : numbers.sequence;
    const signing = { chainId: await chainIdOf(options, client), accountNumber: numbers.accountNumber, sequence };
    if (multisig !== undefined) {
      const mode = signModeOf(options, SignMode.SIGN_MODE_LEGACY_AMINO_JSON);
      if (mode === SignMode.SIGN_MODE_DIRECT) throw new CliError('members of a multisig sign with --sign-mode amino-json', 2);
      printSignature(cli, options, from.record.publicKey, mode, signTx(from.keyring, from.record.name, mode, tx, signing), sequence);
      return;
    }
    const mode = signModeOf(options);
    const info = singleSigner(from.record, mode, sequence);
    const own = anyOfAccountKey(from.record.publicKey);
    const before = options.overwrite === true ? [] : (tx.authInfo?.signerInfos ?? []);
    const at = before.findIndex((s) => s.publicKey !== undefined && bytesEqual(s.publicKey.value, own.value));
    const signerInfos = at < 0 ? [...before, info] : before.with(at, info);
    const unsigned: Tx = { ...tx, authInfo: { ...(tx.authInfo as NonNullable<Tx['authInfo']>), signerInfos } };
    const signature = signTx(from.keyring, from.record.name, mode, unsigned, signing);
    if (options.signatureOnly === true) {
      printSignature(cli, options, from.record.publicKey, mode, signature, sequence);
      return;
    }
    const kept = options.overwrite === true ? [] : tx.signatures;
    const signatures = at < 0 ? [...kept, signature] : kept.with(at, signature);
    writeDocument(cli, options.outputDocument, toJsonText(Tx, { ...unsigned, signatures }));
  });
}

function printSignature(cli: Cli, options: Options, key: Parameters<typeof anyOfAccountKey>[0], mode: number, signature: Uint8Array, sequence: bigint): void {
  const descriptor = { publicKey: anyOfAccountKey(key), data: { sum: { case: 'single' as const, value: { mode, signature } } }, sequence };
  writeDocument(cli, options.outputDocument, toJsonText(SignatureDescriptors, { signatures: [descriptor] }));
}

export function broadcastCommand(parent: Command, cli: Cli): void {
  const command = txOptions(parent.command('broadcast <file>')).description('Send a signed transaction ("-" reads stdin)');
  command.action(async (file: string) => {
    const options = command.optsWithGlobals();
    if (options.offline === true) throw new CliError('a transaction cannot be sent with --offline', 2);
    await broadcast(cli, options, clientOf(cli, options), Tx.encode(readTx(cli, file)));
  });
}

export function encodeCommand(parent: Command, cli: Cli): void {
  parent
    .command('encode <file>')
    .description('Print a transaction as base64')
    .action((file: string) => cli.io.out(toBase64(Tx.encode(readTx(cli, file)))));
}

export function decodeCommand(parent: Command, cli: Cli): void {
  const command = parent.command('decode <bytes>').description('Print a transaction as JSON');
  booleanFlag(command, '-x, --hex', 'The bytes are hex, not base64');
  command.action((text: string) => {
    const bytes = command.optsWithGlobals().hex === true ? fromHex(text) : fromBase64(text);
    const json = txJson(bytes) as Record<string, unknown> | undefined;
    if (json === undefined) throw new CliError('the bytes are no transaction');
    const { '@type': _, ...tx } = json;
    cli.io.out(JSON.stringify(tx));
  });
}

export function simulateCommand(parent: Command, cli: Cli): void {
  const command = txOptions(parent.command('simulate <file>')).description('Print the gas that a transaction uses');
  command.action(async (file: string) => {
    const options = command.optsWithGlobals();
    const client = clientOf(cli, options);
    const tx = readTx(cli, file);
    const from = resolveFrom(cli, options, client, undefined, true);
    const { sequence } = await accountNumbers(options, client, from.address);
    const authInfo = tx.authInfo as NonNullable<Tx['authInfo']>;
    const infos =
      authInfo.signerInfos.length > 0
        ? authInfo.signerInfos
        : [singleSigner(findKey(keyringOf(cli, options), from.address, client.prefix), signModeOf(options), sequence)];
    const used = await simulate(client, tx.body as NonNullable<Tx['body']>, { ...authInfo, signerInfos: infos });
    cli.io.out(JSON.stringify({ gas_info: { gas_wanted: '0', gas_used: used.toString() } }));
  });
}

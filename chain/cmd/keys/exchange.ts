// `keys export`, `import`, `import-hex` and `mnemonic`.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { sha256 } from '../../crypto/sha256.ts';
import { fromHex, toHex, utf8 } from '../../encoding/bytes.ts';
import { booleanFlag, type Cli } from '../cli.ts';
import { keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';
import { mnemonicFromEntropy, newMnemonic } from '../keyring/mnemonic.ts';
import { confirm } from './change.ts';

const PASSPHRASE_CHARS_MIN = 8;
const ENTROPY_CHARS_MIN = 43;

export function exportCommand(parent: Command, cli: Cli): void {
  const command = parent.command('export <name>').description('Print a private key, encrypted under a passphrase');
  booleanFlag(command, '--unarmored-hex', 'Print it open, in hex; needs --unsafe');
  booleanFlag(command, '--unsafe', 'Allow what is unsafe');
  booleanFlag(command, '-y, --yes', 'Do not ask');
  command.action((name: string) => {
    const options = command.optsWithGlobals();
    const ring = keyringOf(cli, options);
    if (options.unarmoredHex === true && options.unsafe === true) {
      ring.get(name);
      if (options.yes !== true) confirm(cli, 'WARNING: the private key will be printed open. Continue?');
      cli.io.out(toHex(ring.privateKey(name).secret));
      return;
    }
    if (options.unarmoredHex === true || options.unsafe === true) throw new CliError('--unarmored-hex and --unsafe must be given together', 2);
    // Asked before the keyring's own, as simd does: scripts give both on stdin.
    const passphrase = cli.io.readSecret('Enter a passphrase to encrypt the exported key:');
    if (passphrase.length < PASSPHRASE_CHARS_MIN) throw new CliError(`the passphrase must have at least ${PASSPHRASE_CHARS_MIN} characters`);
    cli.io.out(ring.exportArmor(name, passphrase));
  });
}

export function importCommand(parent: Command, cli: Cli): void {
  const command = parent.command('import <name> <file>').description('Import a private key that was exported');
  command.action((name: string, file: string) => {
    const ring = keyringOf(cli, command.optsWithGlobals());
    ring.importArmor(name, readFileSync(file, 'utf8'), cli.io.readSecret('Enter the passphrase of the exported key:'));
  });
}

export function importHexCommand(parent: Command, cli: Cli): void {
  const command = parent
    .command('import-hex <name> [hex]')
    .description('Import a private key in hex, from stdin if it is not given')
    .option('--key-type <type>', 'Algorithm of the key', 'secp256k1');
  command.action((name: string, given: string | undefined) => {
    const options = command.optsWithGlobals();
    if (options.keyType !== 'secp256k1') throw new CliError(`--key-type ${options.keyType} is not supported`, 2);
    const ring = keyringOf(cli, options);
    const hex = (given ?? cli.io.readSecret('Enter the private key in hex:')).trim().replace(/^0x/, '');
    if (!/^[0-9a-fA-F]{64}$/.test(hex)) throw new CliError('the private key must be 64 hex digits');
    ring.addPrivateKey(name, { type: 'secp256k1', secret: fromHex(hex) });
  });
}

export function mnemonicCommand(parent: Command, cli: Cli): void {
  const command = parent.command('mnemonic').description('Make new words');
  booleanFlag(command, '--unsafe-entropy', "Make them from a text of yours instead of the system's randomness");
  booleanFlag(command, '-y, --yes', 'Do not ask');
  command.action(() => {
    const options = command.optsWithGlobals();
    if (options.unsafeEntropy !== true) {
      cli.io.out(newMnemonic());
      return;
    }
    if (cli.io.interactive) cli.io.err('WARNING: enter at least 256 bits of entropy, such as 43 characters of base64:');
    const text = cli.io.readLine() ?? '';
    if (text.length < ENTROPY_CHARS_MIN)
      throw new CliError(`256 bits are ${ENTROPY_CHARS_MIN} characters of base64 or 100 throws of a die; there are ${text.length} characters`);
    if (options.yes !== true) confirm(cli, `Input length: ${text.length}. Continue?`);
    cli.io.out(mnemonicFromEntropy(sha256(utf8(text))));
  });
}

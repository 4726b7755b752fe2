// `debug`: decode addresses, keys and bytes (sdk:client/debug).
import { aminoKeyBytes } from '../crypto/account-key.ts';
import { bech32Decode, bech32Encode } from '../crypto/bech32.ts';
import { fromBase64, fromHex, toBase64, toHexUpper } from '../encoding/bytes.ts';
import { type Cli, type Options, prefixOf, type Register } from './cli.ts';
import { CliError } from './errors.ts';

function anyBytes(text: string): Uint8Array {
  if (/^(0x)?([0-9a-fA-F]{2})+$/.test(text)) return fromHex(text.replace(/^0x/, ''));
  if (/^[a-z]+1[02-9ac-hj-np-z]{6,}$/.test(text)) return bech32Decode(text).bytes;
  try {
    return fromBase64(text);
  } catch {
    throw new CliError(`${JSON.stringify(text.slice(0, 80))} is neither hex, bech32 nor base64`);
  }
}

function addressForms(cli: Cli, options: Options, bytes: Uint8Array): void {
  const prefix = prefixOf(cli, options);
  cli.io.out(`Address: [${bytes.join(' ')}]`);
  cli.io.out(`Address (hex): ${toHexUpper(bytes)}`);
  cli.io.out(`Bech32 Acc: ${bech32Encode(prefix, bytes)}`);
  cli.io.out(`Bech32 Val: ${bech32Encode(`${prefix}valoper`, bytes)}`);
  cli.io.out(`Bech32 Con: ${bech32Encode(`${prefix}valcons`, bytes)}`);
}

export const register: Register = (parent, cli) => {
  const debug = parent.command('debug');
  const addr = debug.command('addr <address>').description('Show an address in hex and bech32');
  addr.action((text: string) => addressForms(cli, addr.optsWithGlobals(), anyBytes(text)));

  debug
    .command('raw-bytes <bytes>')
    .description('Turn "[10 21 13 255]" into hex')
    .action((text: string) => {
      const numbers = text
        .trim()
        .replace(/^\[|\]$/g, '')
        .split(/[\s,]+/)
        .filter((s) => s !== '')
        .map(Number);
      if (numbers.some((n) => !Number.isInteger(n) || n < 0 || n > 255)) throw new CliError('bytes are numbers between 0 and 255');
      cli.io.out(toHexUpper(Uint8Array.from(numbers)));
    });

  debug
    .command('pubkey-raw <key>')
    .description('Show a secp256k1 or ed25519 public key, given in hex or base64')
    .action((text: string) => {
      const bytes = anyBytes(text);
      const type = bytes.length === 33 ? 'secp256k1' : bytes.length === 32 ? 'ed25519' : undefined;
      if (type === undefined) throw new CliError(`a public key has 32 or 33 bytes, not ${bytes.length}`);
      cli.io.out(`Parsed key as ${type}`);
      cli.io.out(`Public key (JSON): ${JSON.stringify({ '@type': `/cosmos.crypto.${type}.PubKey`, key: toBase64(bytes) })}`);
      cli.io.out(`Public key (amino, hex): ${toHexUpper(aminoKeyBytes({ type, bytes }))}`);
    });
};

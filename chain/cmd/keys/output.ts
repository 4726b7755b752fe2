// Keys as simd prints them.
import type { AccountKey } from '../../crypto/account-key.ts';
import { bech32Encode } from '../../crypto/bech32.ts';
import { toBase64 } from '../../encoding/bytes.ts';
import { loadClientConfig } from '../../node/config/config.ts';
import { type Cli, homeOf, type Options, prefixOf } from '../cli.ts';
import type { KeyRecord } from '../keyring/record.ts';
import { toYaml } from '../yaml.ts';

/** The proto JSON of the key's Any. */
export function publicKeyJson(key: AccountKey): unknown {
  switch (key.type) {
    case 'multisig':
      return { '@type': '/cosmos.crypto.multisig.LegacyAminoPubKey', threshold: key.threshold, public_keys: key.keys.map(publicKeyJson) };
    default:
      return { '@type': `/cosmos.crypto.${key.type}.PubKey`, key: toBase64(key.bytes) };
  }
}

export interface KeyOutput {
  readonly name: string;
  readonly type: string;
  readonly address: string;
  readonly pubkey: string;
  readonly mnemonic?: string;
}

const SUFFIX: Readonly<Record<string, string>> = { acc: '', val: 'valoper', cons: 'valcons' };

export function keyOutput(record: KeyRecord, prefix: string, kind = 'acc'): KeyOutput {
  return {
    name: record.name,
    type: record.type,
    address: bech32Encode(prefix + (SUFFIX[kind] ?? ''), record.address),
    pubkey: JSON.stringify(publicKeyJson(record.publicKey)),
  };
}

/** --output, then client.toml. */
export function outputFormat(cli: Cli, options: Options): string {
  return (options.output as string | undefined) ?? loadClientConfig({ home: homeOf(cli, options), environment: cli.io.environment }).output;
}

export function printKeys(cli: Cli, options: Options, records: readonly KeyRecord[], kind = 'acc'): void {
  const keys = records.map((r) => keyOutput(r, prefixOf(cli, options), kind));
  if (outputFormat(cli, options) === 'json') cli.io.out(JSON.stringify(keys));
  else cli.io.out(keys.length === 0 ? '[]' : toYaml(keys).trimEnd());
}

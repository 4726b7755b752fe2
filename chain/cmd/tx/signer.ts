// Who signs: a key of the keyring, or an address alone; and its account on the chain.
import { QueryAccountInfoRequest, QueryAccountInfoResponse } from '../../../proto/gen/cosmos/auth/v1beta1.ts';
import { bech32Decode, bech32Encode } from '../../crypto/bech32.ts';
import type { Cli, Options } from '../cli.ts';
import { type Client, keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { KeyRecord } from '../keyring/record.ts';

export interface From {
  readonly address: string;
  /** undefined where only an address was given that has no key here. */
  readonly record: KeyRecord | undefined;
  readonly keyring: Keyring | undefined;
}

/** `name` is a key's name or an address; an address without a key suffices where nothing is signed. */
export function resolveFrom(cli: Cli, options: Options, client: Client, name: string | undefined, mustSign: boolean): From {
  const text = name ?? (options.from as string | undefined) ?? (client.defaultKey === '' ? undefined : client.defaultKey);
  if (text === undefined) throw new CliError('no key was given: use --from with the name of a key or an address', 2);
  const isAddress = text.startsWith(`${client.prefix}1`);
  if (isAddress) bech32Decode(text);
  if (isAddress && !mustSign) return { address: text, record: undefined, keyring: undefined };
  const keyring = keyringOf(cli, options);
  const record = isAddress ? keyring.byAddress(bech32Decode(text).bytes) : keyring.get(text);
  if (record === undefined) throw new CliError(`the keyring has no key with the address ${text}`);
  return { address: bech32Encode(client.prefix, record.address), record, keyring };
}

export interface AccountNumbers {
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/** From the chain, unless flags say or --offline forbids it. */
export async function accountNumbers(options: Options, client: Client, address: string): Promise<AccountNumbers> {
  const accountNumber = options.accountNumber as bigint | undefined;
  const sequence = options.sequence as bigint | undefined;
  if (options.offline === true) {
    if (accountNumber === undefined || sequence === undefined) throw new CliError('--offline needs --account-number and --sequence', 2);
    return { accountNumber, sequence };
  }
  if (accountNumber !== undefined && sequence !== undefined) return { accountNumber, sequence };
  const answer = await client.rpc.abciQuery('/cosmos.auth.v1beta1.Query/AccountInfo', QueryAccountInfoRequest.encode({ address }));
  const { info } = QueryAccountInfoResponse.decode(answer);
  if (info === undefined) throw new CliError(`account ${address} is not on the chain: it must receive coins first`);
  return { accountNumber: accountNumber ?? info.accountNumber, sequence: sequence ?? info.sequence };
}

export async function chainIdOf(options: Options, client: Client): Promise<string> {
  if (client.chainId !== '') return client.chainId;
  if (options.offline === true) throw new CliError('--offline needs --chain-id', 2);
  return (await client.rpc.call('status')).node_info.network;
}

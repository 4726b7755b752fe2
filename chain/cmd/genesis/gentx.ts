// `genesis gentx` and `genesis collect-gentxs`: validators that come into the genesis by a signed transaction each, with simd's names.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { MsgCreateValidator } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import { AuthInfo, type Tx, TxBody } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { jsonText, parseJson } from '../../../proto/json.ts';
import { GenTxError, genTxToJson, readGenTx } from '../../app/genesis-stake.ts';
import { bech32Decode, bech32Encode } from '../../crypto/bech32.ts';
import type { NodeConfig } from '../../node/config/config.ts';
import { readKeyFile } from '../../privval/key-file.ts';
import { loadNodeKey } from '../../privval/node-key.ts';
import { publicKeyOf } from '../../privval/private-key.ts';
import { anyOfAccountKey } from '../../tx/public-key.ts';
import { type Cli, type Options, prefixOf } from '../cli.ts';
import { keyringOf, keyringOptions } from '../client.ts';
import { CliError } from '../errors.ts';
import { writeFileWhole } from '../files.ts';
import { buildFee, gasFlag } from '../tx/build.ts';
import { decimalArgument } from '../tx/command.ts';
import { signModeOf, signTx, singleSigner } from '../tx/sign.ts';
import { type AppState, type Coin, parseCoins } from './app-state.ts';
import { appStateOf, existingHome, readGenesisFile, writeGenesisFile } from './file.ts';
import { validateAppState } from './modules.ts';

const GENTX_BYTES_MAX = 1 << 20;

function balanceOf(state: AppState, address: string): readonly Coin[] | undefined {
  return (state.bank?.balances ?? []).find((b: AppState) => b.address === address)?.coins;
}

const amountOf = (coins: readonly Coin[], denom: string): bigint => BigInt(coins.find((c) => c.denom === denom)?.amount ?? '0');

function nodeId(config: NodeConfig, options: Options): string {
  return (options.nodeId as string | undefined) ?? loadNodeKey(config.files.nodeKey).id;
}

/** What simd's gentx says: node@ip:port, from which collect-gentxs makes the list of peers. */
function peerMemo(config: NodeConfig, options: Options): string {
  return `${nodeId(config, options)}@${options.ip as string}:${options.p2pPort as string}`;
}

function createValidator(config: NodeConfig, cli: Cli, options: Options, operator: Uint8Array, value: Coin): MsgCreateValidator {
  const key = publicKeyOf(readKeyFile(config.files.privValidatorKey));
  if (key.case !== 'ed25519') throw new CliError(`the consensus key is ${key.case}; validators have ed25519 keys`);
  const text = (flag: string): string => (options[flag] as string | undefined) ?? '';
  return MsgCreateValidator.from({
    description: {
      moniker: text('moniker') || config.comet.base.moniker,
      identity: text('identity'),
      website: text('website'),
      securityContact: text('securityContact'),
      details: text('details'),
    },
    commission: {
      rate: decimalArgument(options.commissionRate, '--commission-rate'),
      maxRate: decimalArgument(options.commissionMaxRate, '--commission-max-rate'),
      maxChangeRate: decimalArgument(options.commissionMaxChangeRate, '--commission-max-change-rate'),
    },
    minSelfDelegation: options.minSelfDelegation as string,
    validatorAddress: bech32Encode(`${prefixOf(cli, options)}valoper`, operator),
    pubkey: anyOfAccountKey({ type: 'ed25519', bytes: key.value }),
    value,
  });
}

function gentx(cli: Cli, options: Options, name: string, amount: string): void {
  const config = existingHome(cli, options);
  const doc = readGenesisFile(config.files.genesis);
  const state = appStateOf(doc);
  validateAppState(prefixOf(cli, options), doc.appState);
  const keyring = keyringOf(cli, options);
  const record = keyring.get(name);
  const [coin, more] = parseCoins(amount);
  if (coin === undefined || more !== undefined) throw new CliError(`give one coin to stake, such as 1000000utrel, not ${JSON.stringify(amount)}`, 2);
  const bondDenom = state.staking?.params?.bond_denom as string | undefined;
  if (coin.denom !== bondDenom) throw new CliError(`${coin.denom} cannot be staked: the genesis stakes ${bondDenom ?? 'nothing'}`);
  const address = bech32Encode(prefixOf(cli, options), record.address);
  const balance = balanceOf(state, address);
  if (balance === undefined) throw new CliError(`account ${address} does not have a balance in the genesis state: add it by add-genesis-account`);
  if (amountOf(balance, coin.denom) < BigInt(coin.amount)) {
    throw new CliError(`account ${address} has ${amountOf(balance, coin.denom)}${coin.denom} in the genesis, not ${coin.amount}${coin.denom}`);
  }
  const message = createValidator(config, cli, options, record.address, coin);
  const mode = signModeOf(options);
  const gas = gasFlag(options);
  if (gas === 'auto') throw new CliError('--gas auto needs a chain; give a number', 2);
  const unsigned: Tx = {
    body: TxBody.from({
      messages: [{ typeUrl: `/${MsgCreateValidator.name}`, value: MsgCreateValidator.encode(message) }],
      memo: (options.note as string | undefined) ?? peerMemo(config, options),
    }),
    authInfo: AuthInfo.from({ signerInfos: [singleSigner(record, mode, 0n)], fee: buildFee(options, gas) }),
    signatures: [],
  };
  // Genesis transactions are signed as if at height 0: number and sequence are 0 whatever the account's will be.
  const numbers = { chainId: (options.chainId as string | undefined) ?? doc.chainId, accountNumber: 0n, sequence: 0n };
  const tx: Tx = { ...unsigned, signatures: [signTx(keyring, name, mode, unsigned, numbers)] };
  const folder = join(config.home, 'config/gentx');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (options.outputDocument as string | undefined) ?? join(folder, `gentx-${nodeId(config, options)}.json`);
  writeFileWhole(file, `${jsonText(genTxToJson(tx))}\n`);
  cli.io.err(`Genesis transaction written to ${JSON.stringify(file)}`);
}

export function gentxCommand(parent: Command, cli: Cli): void {
  const command = keyringOptions(parent.command('gentx <key_name> <amount>'))
    .description("Make a genesis transaction by which this home's node becomes a validator with a stake of the key's account")
    .option('--chain-id <id>', "Chain id that is signed for (default: the genesis')")
    .option('--moniker <name>', 'Name of the validator')
    .option('--identity <text>', 'Identity, such as of Keybase')
    .option('--website <text>', 'Website')
    .option('--security-contact <text>', 'Address for reports')
    .option('--details <text>', 'What else is to be said')
    .option('--commission-rate <rate>', 'Part of the rewards that the operator keeps', '0.1')
    .option('--commission-max-rate <rate>', 'Largest rate there will ever be', '0.2')
    .option('--commission-max-change-rate <rate>', 'Largest change of the rate in a day', '0.01')
    .option('--min-self-delegation <amount>', 'Smallest stake of the operator', '1')
    .option('--node-id <id>', "The node's ID (default: of the home's key)")
    .option('--ip <address>', 'Public address of the node', '127.0.0.1')
    .option('--p2p-port <port>', 'Port of the node', '26656')
    .option('--note <text>', 'Memo instead of the address of the node')
    .option('--fees <coins>', 'Fees to pay')
    .option('--gas-prices <prices>', 'Price of gas')
    .option('--gas <limit>', 'Gas limit', '200000')
    .option('--output-document <file>', 'Write to this file instead of config/gentx');
  command.action((name: string, amount: string) => gentx(cli, command.optsWithGlobals(), name, amount));
}

interface Collected {
  readonly json: ReturnType<typeof parseJson>;
  readonly message: MsgCreateValidator;
  readonly memo: string;
}

function readFolder(folder: string): Collected[] {
  if (!existsSync(folder)) throw new CliError(`there is no folder ${folder}: gentx makes it`);
  const files = readdirSync(folder).filter((f) => f.endsWith('.json'));
  return files.sort().map((f) => {
    const text = readFileSync(join(folder, f), 'utf8');
    if (text.length > GENTX_BYTES_MAX) throw new CliError(`${f}: larger than ${GENTX_BYTES_MAX} bytes`);
    try {
      const { tx, message } = readGenTx(parseJson(text) as Parameters<typeof readGenTx>[0]);
      return { json: genTxToJson(tx) as Collected['json'], message, memo: tx.body?.memo ?? '' };
    } catch (e) {
      throw new CliError(`${f}: ${e instanceof GenTxError || e instanceof Error ? e.message : String(e)}`);
    }
  });
}

function collect(cli: Cli, options: Options): void {
  const config = existingHome(cli, options);
  const doc = readGenesisFile(config.files.genesis);
  const state = appStateOf(doc);
  const all = readFolder((options.gentxDir as string | undefined) ?? join(config.home, 'config/gentx'));
  if (all.length === 0) throw new CliError('there must be at least one genesis tx');
  const prefix = prefixOf(cli, options);
  for (const { message } of all) {
    const address = operatorAccount(message.validatorAddress, prefix);
    const balance = balanceOf(state, address);
    if (balance === undefined) throw new CliError(`account ${address} balance not in genesis state`);
    if (amountOf(balance, message.value.denom) < BigInt(message.value.amount)) {
      throw new CliError(`insufficient fund for delegation ${address}: ${amountOf(balance, message.value.denom)} < ${message.value.amount}`);
    }
  }
  state.genutil = { gen_txs: all.map((t) => t.json) };
  // The engine gets its validators from the application: a list of its own would have to be the same.
  writeGenesisFile(config.files.genesis, { ...doc, validators: [] }, state);
  const peers = all.filter((t) => t.message.description.moniker !== config.comet.base.moniker).map((t) => t.memo);
  cli.io.err(JSON.stringify({ chain_id: doc.chainId, gen_txs: all.length, persistent_peers: peers.sort().join(',') }));
}

function operatorAccount(validatorAddress: string, prefix: string): string {
  const { prefix: found, bytes } = bech32Decode(validatorAddress);
  if (found !== `${prefix}valoper`) throw new CliError(`${validatorAddress} is no operator of this chain`);
  return bech32Encode(prefix, bytes);
}

export function collectCommand(parent: Command, cli: Cli): void {
  const command = parent
    .command('collect-gentxs')
    .description('Put the genesis transactions of config/gentx into the genesis')
    .option('--gentx-dir <folder>', 'Another folder');
  command.action(() => collect(cli, command.optsWithGlobals()));
}

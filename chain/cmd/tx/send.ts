// What every command with a message does: build, estimate, sign, ask, send, print.
import { Tx } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { toJsonText } from '../../../proto/json.ts';
import { sha256 } from '../../crypto/sha256.ts';
import { toBase64, toHexUpper } from '../../encoding/bytes.ts';
import type { Cli, Options } from '../cli.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import { confirm } from '../keys/change.ts';
import { toYaml } from '../yaml.ts';
import { adjustmentFlag, buildBody, buildFee, gasFlag, simulate } from './build.ts';
import { signModeOf, signTx, singleSigner } from './sign.ts';
import { accountNumbers, chainIdOf, type From } from './signer.ts';

export async function makeAndSend(cli: Cli, options: Options, client: Client, from: From, messages: readonly Any[]): Promise<void> {
  if (options.offline === true && gasFlag(options) === 'auto') throw new CliError('--gas auto asks a node and cannot be used with --offline', 2);
  const body = buildBody(messages, options);
  const mode = signModeOf(options);
  const generateOnly = options.generateOnly === true;
  const wantsNumbers = !generateOnly || gasFlag(options) === 'auto';
  const numbers = wantsNumbers ? await accountNumbers(options, client, from.address) : { accountNumber: 0n, sequence: 0n };
  const sequence = body.unordered ? 0n : numbers.sequence;
  const signerInfos = generateOnly ? [] : [singleSigner(from.record, mode, sequence)];
  let gas = gasFlag(options);
  if (gas === 'auto' || options.dryRun === true) {
    const used = await simulate(client, body, {
      signerInfos: [singleSigner(from.record, mode, sequence)],
      fee: buildFee({ ...options, gasPrices: undefined }, 0n),
      tip: undefined,
    });
    gas = BigInt(Math.ceil(Number(used) * adjustmentFlag(options)));
    cli.io.err(`gas estimate: ${gas}`);
    if (options.dryRun === true) return;
  }
  const unsigned: Tx = { body, authInfo: { signerInfos, fee: buildFee(options, gas), tip: undefined }, signatures: [] };
  if (generateOnly) {
    cli.io.out(toJsonText(Tx, unsigned));
    return;
  }
  if (from.keyring === undefined || from.record === undefined) throw new CliError(`the keyring has no key with the address ${from.address}`);
  const chainId = await chainIdOf(options, client);
  if (options.yes !== true) {
    cli.io.err(toJsonText(Tx, unsigned));
    confirm(cli, 'confirm transaction before signing and broadcasting');
  }
  const signature = signTx(from.keyring, from.record.name, mode, unsigned, { chainId, accountNumber: numbers.accountNumber, sequence });
  const signed = { ...unsigned, signatures: [signature] };
  if (options.offline === true) {
    cli.io.out(toJsonText(Tx, signed));
    return;
  }
  await broadcast(cli, options, client, Tx.encode(signed));
}

/** Prints the response; a refused transaction ends with exit code 1. */
export async function broadcast(cli: Cli, options: Options, client: Client, bytes: Uint8Array): Promise<void> {
  const method = client.broadcastMode === 'async' ? 'broadcast_tx_async' : 'broadcast_tx_sync';
  const answer = await client.rpc.call(method, { tx: toBase64(bytes) });
  const response = {
    height: '0',
    txhash: toHexUpper(sha256(bytes)),
    codespace: answer.codespace ?? '',
    code: answer.code ?? 0,
    data: answer.data ?? '',
    raw_log: answer.log ?? '',
    logs: [],
    info: '',
    gas_wanted: '0',
    gas_used: '0',
    tx: null,
    timestamp: '',
    events: [],
  };
  cli.io.out(options.output === 'text' ? toYaml(response).trimEnd() : JSON.stringify(response));
  if (response.code !== 0) cli.result.exitCode = 1;
}

// A transaction from messages and flags: gas, fees, memo, timeouts. Nothing is signed here.
import { AuthInfo, type Fee, SimulateRequest, SimulateResponse, TxBody, TxRaw } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { bech32Decode } from '../../crypto/bech32.ts';
import { parseDurationMs } from '../../node/config/duration.ts';
import type { Options } from '../cli.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import { type Coin, parseCoins } from '../genesis/app-state.ts';

const TIMEOUT_MS_MAX = 10 * 60_000;
const PRICE = /^(\d+)(?:\.(\d{1,18}))?([a-zA-Z][a-zA-Z0-9/:._-]{2,127})$/;
const DECIMALS = 10n ** 18n;

export function buildBody(messages: readonly Any[], options: Options): TxBody {
  const timeoutDuration = options.timeoutDuration as string | undefined;
  const ms = timeoutDuration === undefined ? undefined : parseDurationMs(timeoutDuration);
  if (timeoutDuration !== undefined && (ms === undefined || ms <= 0 || ms > TIMEOUT_MS_MAX)) {
    throw new CliError('--timeout-duration must be a duration up to 10m, such as 30s', 2);
  }
  const unordered = options.unordered === true;
  if (unordered && ms === undefined) throw new CliError('--unordered needs --timeout-duration', 2);
  if (unordered && options.sequence !== undefined) throw new CliError('an unordered transaction has no --sequence', 2);
  return TxBody.from({
    messages,
    memo: (options.note as string | undefined) ?? (options.memo as string | undefined) ?? '',
    timeoutHeight: (options.timeoutHeight as bigint | undefined) ?? 0n,
    unordered,
    timeoutTimestamp: ms === undefined ? undefined : BigInt(Date.now()) * 1_000_000n + BigInt(Math.round(ms)) * 1_000_000n,
  });
}

/** The smallest whole amounts that pay the prices: rounded up. */
export function feesOfPrices(prices: string, gas: bigint): Coin[] {
  return prices.split(',').map((part) => {
    const m = PRICE.exec(part.trim());
    if (m === null) throw new CliError(`invalid gas price ${JSON.stringify(part)}: give an amount and a denomination, such as 0.025utrel`, 2);
    const price = BigInt(m[1] as string) * DECIMALS + BigInt((m[2] ?? '').padEnd(18, '0'));
    return { denom: m[3] as string, amount: ((price * gas + DECIMALS - 1n) / DECIMALS).toString() };
  });
}

export function buildFee(options: Options, gas: bigint): Fee {
  const { fees, gasPrices, feePayer = '', feeGranter = '' } = options as Record<string, string | undefined>;
  if (fees !== undefined && gasPrices !== undefined) throw new CliError('--fees and --gas-prices exclude each other', 2);
  for (const address of [feePayer, feeGranter]) if (address !== '') bech32Decode(address);
  const amount = fees !== undefined ? parseCoins(fees) : gasPrices !== undefined ? feesOfPrices(gasPrices, gas) : [];
  return { amount: amount.filter((c) => c.amount !== '0').sort((a, b) => (a.denom < b.denom ? -1 : 1)), gasLimit: gas, payer: feePayer, granter: feeGranter };
}

export function gasFlag(options: Options): bigint | 'auto' {
  const gas = String(options.gas);
  if (gas === 'auto') return 'auto';
  if (!/^\d{1,19}$/.test(gas)) throw new CliError(`--gas must be a number or "auto", not ${JSON.stringify(gas)}`, 2);
  return BigInt(gas);
}

export function adjustmentFlag(options: Options): number {
  const factor = options.gasAdjustment as number;
  if (!(factor > 0 && factor <= 100)) throw new CliError('--gas-adjustment must lie between 0 and 100', 2);
  return factor;
}

/** Gas that the transaction uses, by the node's simulation with empty signatures. */
export async function simulate(client: Client, body: TxBody, authInfo: AuthInfo): Promise<bigint> {
  const txBytes = TxRaw.encode({
    bodyBytes: TxBody.encode(body),
    authInfoBytes: AuthInfo.encode(authInfo),
    signatures: authInfo.signerInfos.map(() => new Uint8Array(0)),
  });
  const answer = await client.rpc.abciQuery('/cosmos.tx.v1beta1.Service/Simulate', SimulateRequest.encode({ tx: undefined, txBytes }));
  return SimulateResponse.decode(answer).gasInfo?.gasUsed ?? 0n;
}

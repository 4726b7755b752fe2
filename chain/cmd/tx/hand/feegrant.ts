// `tx feegrant grant` (cosmossdk.io/x/feegrant client/cli/tx.go).
import { AllowedMsgAllowance, BasicAllowance, MsgGrantAllowance, PeriodicAllowance } from '../../../../proto/gen/cosmos/feegrant/v1beta1.ts';
import type { Any } from '../../../../proto/gen/google/protobuf.ts';
import { NANOS_PER_SECOND, parseTime, type Time } from '../../../encoding/time.ts';
import { bigOption, commaList, type Options } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { parseCoins } from '../../genesis/app-state.ts';
import { addressArgument, addTxCommand, anyOf, someCoins } from '../command.ts';
import type { HandWritten } from './index.ts';

function expirationOf(text: string | undefined): Time | undefined {
  if (text === undefined) return undefined;
  try {
    return parseTime(text);
  } catch {
    throw new CliError(`--expiration must be a time such as 2027-01-30T15:04:05Z, not ${JSON.stringify(text)}`, 2);
  }
}

function allowanceOf(options: Options): Any {
  const basic = { spendLimit: parseCoins((options.spendLimit as string | undefined) ?? ''), expiration: expirationOf(options.expiration) };
  const period = (options.period as bigint) * NANOS_PER_SECOND;
  const periodLimit = options.periodLimit as string | undefined;
  if (period === 0n && periodLimit === undefined) return anyOf(BasicAllowance, basic);
  if (period === 0n) throw new CliError('--period-limit needs --period', 2);
  const limit = someCoins(periodLimit ?? '', '--period-limit');
  const periodReset = BigInt(Date.now()) * 1_000_000n + period;
  if (basic.expiration !== undefined && periodReset > basic.expiration) throw new CliError('the first period would end after --expiration', 2);
  return anyOf(PeriodicAllowance, { basic, period, periodSpendLimit: limit, periodCanSpend: limit, periodReset });
}

export const feegrant: HandWritten = {
  methods: ['GrantAllowance'],
  add: (group, cli) =>
    addTxCommand(group, cli, {
      spec: 'grant <granter_key_or_address> <grantee>',
      aliases: ['grant-allowance'],
      description: 'Pay the fees of an account',
      options: (command) =>
        command
          .option('--spend-limit <coins>', 'Most that is paid in all (default: no limit)')
          .option('--expiration <time>', 'When it ends, such as 2027-01-30T15:04:05Z')
          .addOption(bigOption('--period <seconds>', 'Length of a period with a limit of its own', 0n))
          .option('--period-limit <coins>', 'Most that is paid in a period')
          .option('--allowed-messages <urls>', 'Messages whose fees are paid, with commas between (default: all)', commaList, []),
      who: ([who]) => who as string,
      messages: ([, who], s) => {
        const allowed = s.options.allowedMessages as string[];
        const plain = allowanceOf(s.options);
        const allowance = allowed.length === 0 ? plain : anyOf(AllowedMsgAllowance, { allowance: plain, allowedMessages: allowed });
        return [anyOf(MsgGrantAllowance, { granter: s.from.address, grantee: addressArgument(s, who as string, 'grantee'), allowance })];
      },
    }),
};

// `tx vesting create-periodic-vesting-account` (sdk:x/auth/vesting/client/cli/tx.go).
import { MsgCreatePeriodicVestingAccount } from '../../../../proto/gen/cosmos/vesting/v1beta1.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { addressArgument, addTxCommand, anyOf, someCoins } from '../command.ts';
import { readJsonObject } from '../document.ts';
import type { HandWritten } from './index.ts';

function readPeriods(cli: Cli, file: string): Pick<MsgCreatePeriodicVestingAccount, 'startTime' | 'vestingPeriods'> {
  const wrong = (why: string): never => {
    throw new CliError(`${file}: ${why}`);
  };
  const whole = (v: unknown, name: string): bigint =>
    Number.isSafeInteger(v) && (v as number) > 0 ? BigInt(v as number) : wrong(`${name} must be a whole number above zero`);
  const { start_time, periods } = readJsonObject(cli, file);
  if (!Array.isArray(periods)) return wrong('periods must be a list');
  const vestingPeriods = (periods as readonly unknown[]).map((p, i) => {
    const { coins, length_seconds } = (p ?? {}) as Record<string, unknown>;
    return { length: whole(length_seconds, `length_seconds of period ${i}`), amount: someCoins(String(coins ?? ''), `coins of period ${i}`) };
  });
  return { startTime: whole(start_time, 'start_time'), vestingPeriods };
}

export const vesting: HandWritten = {
  methods: ['CreatePeriodicVestingAccount'],
  add: (group, cli) =>
    addTxCommand(group, cli, {
      spec: 'create-periodic-vesting-account <to_address> <periods.json>',
      description: 'Send coins that become free in periods; the file has start_time and periods of coins and length_seconds',
      messages: ([to, file], s) => [
        anyOf(MsgCreatePeriodicVestingAccount, {
          fromAddress: s.from.address,
          toAddress: addressArgument(s, to as string, 'receiver'),
          ...readPeriods(cli, file as string),
        }),
      ],
    }),
};

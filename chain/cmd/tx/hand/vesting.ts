// `tx vesting create-periodic-vesting-account` (sdk:x/auth/vesting/client/cli/tx.go).
import { MsgCreatePeriodicVestingAccount } from '../../../../proto/gen/cosmos/vesting/v1beta1.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { addressArgument, addTxCommand, anyOf, someCoins } from '../command.ts';
import { readDocument } from '../document.ts';
import type { HandWritten } from './index.ts';

function readPeriods(cli: Cli, file: string): Pick<MsgCreatePeriodicVestingAccount, 'startTime' | 'vestingPeriods'> {
  try {
    const { start_time, periods } = JSON.parse(readDocument(cli, file));
    if (!Number.isSafeInteger(start_time)) throw new Error('start_time must be a Unix time');
    if (!Array.isArray(periods)) throw new Error('periods must be a list');
    const vestingPeriods = periods.map(({ coins, length_seconds }, i) => {
      if (!Number.isSafeInteger(length_seconds) || length_seconds <= 0) throw new Error(`length_seconds of period ${i} must be a whole number above zero`);
      return { length: BigInt(length_seconds), amount: someCoins(String(coins ?? ''), `coins of period ${i}`) };
    });
    return { startTime: BigInt(start_time), vestingPeriods };
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') throw e;
    throw new CliError(`${file}: ${(e as Error).message}`);
  }
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

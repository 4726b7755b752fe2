// `tx bank multi-send` (sdk:x/bank/client/cli/tx.go).
import { MsgMultiSend } from '../../../../proto/gen/cosmos/bank/v1beta1.ts';
import { booleanFlag } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { addCoins, type Coin } from '../../genesis/app-state.ts';
import { addressArgument, addTxCommand, anyOf, someCoins } from '../command.ts';
import type { HandWritten } from './index.ts';

export const bank: HandWritten = {
  methods: ['MultiSend'],
  add: (group, cli) =>
    addTxCommand(group, cli, {
      spec: 'multi-send <from_key_or_address> <to_address_and_amount...>',
      description: 'Send the same coins to several accounts: addresses, then the amount',
      options: (command) => booleanFlag(command, '--split', 'Divide the amount among the accounts'),
      who: ([who]) => who as string,
      messages: ([, rest], s) => {
        const words = rest as string[];
        const to = words.slice(0, -1).map((word) => addressArgument(s, word, 'receiver'));
        const given = someCoins(words.at(-1) ?? '', 'amount');
        if (to.length === 0) throw new CliError('multi-send needs addresses and, last, an amount', 2);
        const each: Coin[] =
          s.options.split === true ? given.map((c) => ({ denom: c.denom, amount: (BigInt(c.amount) / BigInt(to.length)).toString() })) : given;
        if (each.some((c) => c.amount === '0')) throw new CliError('the amount is too small to be divided');
        const total = to.reduce<Coin[]>((sum) => addCoins(sum, each), []);
        return [anyOf(MsgMultiSend, { inputs: [{ address: s.from.address, coins: total }], outputs: to.map((address) => ({ address, coins: each })) })];
      },
    }),
};

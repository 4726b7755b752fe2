// Commands that send one message (sdk:x/bank/client/cli, autocli.go).
import type { Command } from 'commander';
import { MsgMultiSend, MsgSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { bech32Decode } from '../../crypto/bech32.ts';
import { booleanFlag, type Cli } from '../cli.ts';
import { clientOf } from '../client.ts';
import { CliError } from '../errors.ts';
import { addCoins, type Coin, parseCoins } from '../genesis/app-state.ts';
import { txOptions } from './options.ts';
import { makeAndSend } from './send.ts';
import { resolveFrom } from './signer.ts';

const mustSign = (options: Record<string, unknown>): boolean => options.generateOnly !== true && options.dryRun !== true;

function addBank(parent: Command, cli: Cli): void {
  const bank = parent.command('bank').description('Send coins');

  const send = txOptions(bank.command('send <from_key_or_address> <to_address> <amount...>')).description('Send coins to an account');
  send.action(async (who: string, to: string, amount: string[]) => {
    const options = send.optsWithGlobals();
    const client = clientOf(cli, options);
    const from = resolveFrom(cli, options, client, who, mustSign(options));
    bech32Decode(to);
    const coins = parseCoins(amount.join(','));
    if (coins.length === 0) throw new CliError('the amount is empty', 2);
    await makeAndSend(cli, options, client, from, [
      { typeUrl: `/${MsgSend.name}`, value: MsgSend.encode({ fromAddress: from.address, toAddress: to, amount: coins }) },
    ]);
  });

  const multi = txOptions(bank.command('multi-send <from_key_or_address> <to_address_and_amount...>')).description(
    'Send the same coins to several accounts: addresses, then the amount',
  );
  booleanFlag(multi, '--split', 'Divide the amount among the accounts');
  multi.action(async (who: string, words: string[]) => {
    const options = multi.optsWithGlobals();
    const client = clientOf(cli, options);
    const from = resolveFrom(cli, options, client, who, mustSign(options));
    const to = words.slice(0, -1);
    const given = parseCoins(words.at(-1) ?? '');
    if (to.length === 0 || given.length === 0) throw new CliError('multi-send needs addresses and, last, an amount', 2);
    for (const address of to) bech32Decode(address);
    const each: Coin[] = options.split === true ? given.map((c) => ({ denom: c.denom, amount: (BigInt(c.amount) / BigInt(to.length)).toString() })) : given;
    if (each.some((c) => c.amount === '0')) throw new CliError('the amount is too small to be divided');
    const total = to.reduce<Coin[]>((sum) => addCoins(sum, each), []);
    const value = MsgMultiSend.encode({ inputs: [{ address: from.address, coins: total }], outputs: to.map((address) => ({ address, coins: each })) });
    await makeAndSend(cli, options, client, from, [{ typeUrl: `/${MsgMultiSend.name}`, value }]);
  });
}

export function addMessageCommands(parent: Command, cli: Cli): void {
  addBank(parent, cli);
}

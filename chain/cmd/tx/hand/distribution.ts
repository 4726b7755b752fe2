// Rewards of one validator with the commission, and of all (sdk:x/distribution/client/cli/tx.go).
import {
  MsgWithdrawDelegatorReward,
  MsgWithdrawValidatorCommission,
  QueryDelegatorValidatorsRequest,
  QueryDelegatorValidatorsResponse,
} from '../../../../proto/gen/cosmos/distribution/v1beta1.ts';
import { booleanFlag, wholeNumber } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { addressArgument, addTxCommand, anyOf } from '../command.ts';
import { makeAndSend } from '../send.ts';
import { accountNumbers } from '../signer.ts';
import type { HandWritten } from './index.ts';

export const distribution: HandWritten = {
  methods: ['WithdrawDelegatorReward'],
  add: (group, cli) => {
    addTxCommand(group, cli, {
      spec: 'withdraw-rewards <validator-addr>',
      description: 'Withdraw the rewards of a delegation',
      options: (command) => booleanFlag(command, '--commission', "And the validator's commission, which its operator may"),
      messages: ([word], s) => {
        const validatorAddress = addressArgument(s, word as string, 'validator', 'valoper');
        const rewards = anyOf(MsgWithdrawDelegatorReward, { delegatorAddress: s.from.address, validatorAddress });
        return s.options.commission === true ? [rewards, anyOf(MsgWithdrawValidatorCommission, { validatorAddress })] : [rewards];
      },
    });
    addTxCommand(group, cli, {
      spec: 'withdraw-all-rewards',
      description: 'Withdraw the rewards of all delegations',
      options: (command) => command.option('--max-msgs <n>', 'Most messages of a transaction; 0: any number', wholeNumber, 0),
      messages: async (_, s) => {
        if (s.options.offline === true) throw new CliError('the validators are asked of a node, which --offline forbids', 2);
        const request = QueryDelegatorValidatorsRequest.encode({ delegatorAddress: s.from.address });
        const { validators } = QueryDelegatorValidatorsResponse.decode(
          await s.client.rpc.abciQuery('/cosmos.distribution.v1beta1.Query/DelegatorValidators', request),
        );
        return validators.map((validatorAddress) => anyOf(MsgWithdrawDelegatorReward, { delegatorAddress: s.from.address, validatorAddress }));
      },
      send: async (messages, s) => {
        const each = s.options.maxMsgs > 0 ? (s.options.maxMsgs as number) : messages.length;
        if (each >= messages.length || s.options.generateOnly === true) {
          for (let i = 0; i < messages.length; i += each) await makeAndSend(s.cli, s.options, s.client, s.from, messages.slice(i, i + each));
          return;
        }
        // The next sequence is known before the transaction with the last one is in a block.
        const { accountNumber, sequence } = await accountNumbers(s.options, s.client, s.from.address);
        for (let i = 0; i < messages.length; i += each) {
          const options = { ...s.options, accountNumber, sequence: sequence + BigInt(i / each) };
          await makeAndSend(s.cli, options, s.client, s.from, messages.slice(i, i + each));
        }
      },
    });
  },
};

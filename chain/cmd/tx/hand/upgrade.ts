// Proposals of upgrades (cosmossdk.io/x/upgrade client/cli/tx.go).
import { Option } from 'commander';
import { MsgCancelUpgrade, MsgSoftwareUpgrade } from '../../../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { GO_ZERO_TIME } from '../../../encoding/time.ts';
import { bigNumber } from '../../cli.ts';
import { addTxCommand, anyOf } from '../command.ts';
import { authorityOf, proposalFlags, proposalOf } from '../proposal.ts';
import type { HandWritten } from './index.ts';

export const upgrade: HandWritten = {
  methods: ['SoftwareUpgrade'],
  add: (group, cli) => {
    addTxCommand(group, cli, {
      spec: 'software-upgrade <name>',
      description: 'Propose an upgrade of the program at a height',
      options: (command) => {
        proposalFlags(command);
        command
          .requiredOption('--upgrade-height <height>', 'Height at which the program stops for another', bigNumber)
          .option('--upgrade-info <text>', 'What operators should know, such as where the new program is')
          // simd opens the links of the info with these; here that is left to cosmovisor.
          .addOption(new Option('--no-validate').hideHelp())
          .addOption(new Option('--no-checksum-required').hideHelp())
          .addOption(new Option('--daemon-name <name>').hideHelp());
      },
      messages: ([name], s) => {
        const { upgradeHeight, upgradeInfo } = s.options;
        const plan = {
          name: name as string,
          time: GO_ZERO_TIME,
          height: upgradeHeight as bigint,
          info: (upgradeInfo as string | undefined) ?? '',
          upgradedClientState: undefined,
        };
        return [proposalOf([anyOf(MsgSoftwareUpgrade, { authority: authorityOf(s), plan })], s)];
      },
    });
    addTxCommand(group, cli, {
      spec: 'cancel-software-upgrade',
      description: 'Propose that the planned upgrade is called off',
      options: proposalFlags,
      messages: (_, s) => [proposalOf([anyOf(MsgCancelUpgrade, { authority: authorityOf(s) })], s)],
    });
  },
};

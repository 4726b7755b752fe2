// The flags of commands that make transactions (sdk:client/flags).
import type { Command } from 'commander';
import { Option } from 'commander';
import { bigNumber, booleanFlag, outputOption } from '../cli.ts';
import { clientOptions, keyringOptions } from '../client.ts';

export function txOptions(command: Command): Command {
  keyringOptions(clientOptions(command))
    .option('--from <name_or_address>', 'Key that signs')
    .option('-a, --account-number <n>', 'Account number of the signer (offline)', bigNumber)
    .option('-s, --sequence <n>', 'Sequence of the signer (offline)', bigNumber)
    .option('--note <text>', 'Memo of the transaction')
    .option('--memo <text>', 'The same')
    .option('--fees <coins>', 'Fees to pay, such as 500utrel')
    .option('--gas-prices <prices>', 'Price of gas, from which fees are computed, such as 0.025utrel')
    .option('--gas <limit>', 'Gas limit, or "auto" to simulate', '200000')
    .option('--gas-adjustment <factor>', 'Factor over what a simulation used', Number, 1)
    .option('--fee-payer <address>', 'Account that pays the fees')
    .option('--fee-granter <address>', 'Account whose allowance pays the fees')
    .option('--timeout-height <height>', 'Last height at which the transaction may be committed', bigNumber)
    .option('--timeout-duration <duration>', 'How long the transaction may wait, such as 30s')
    .addOption(new Option('--sign-mode <mode>', 'Sign mode').choices(['direct', 'amino-json']))
    .addOption(new Option('-b, --broadcast-mode <mode>', 'Broadcast mode').choices(['sync', 'async']))
    .addOption(outputOption('json'));
  booleanFlag(command, '--unordered', 'Without a sequence; needs --timeout-duration');
  booleanFlag(command, '--generate-only', 'Print the unsigned transaction');
  booleanFlag(command, '--offline', 'Ask no node; needs --account-number and --sequence');
  booleanFlag(command, '--dry-run', 'Simulate, do not send');
  booleanFlag(command, '-y, --yes', 'Do not ask before sending');
  return command;
}

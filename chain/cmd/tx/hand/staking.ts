// Validators: made from a file, and changed (sdk:x/staking/client/cli/tx.go, utils.go).
import { Option } from 'commander';
import { MsgCreateValidator, MsgEditValidator } from '../../../../proto/gen/cosmos/staking/v1beta1.ts';
import { Any } from '../../../../proto/gen/google/protobuf.ts';
import { fromJson, type JsonValue } from '../../../../proto/json.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { messageType } from '../../methods/services.ts';
import { addTxCommand, anyOf, decimalArgument, oneCoin } from '../command.ts';
import { readJsonObject } from '../document.ts';
import type { HandWritten } from './index.ts';

/** What an edited description keeps. */
const KEEP = '[do-not-modify]';

interface ValidatorFile {
  readonly text: (key: string) => string;
  readonly pubkey: Any;
}

function wholeAmount(text: string, name: string): string {
  if (!/^\d{1,78}$/.test(text)) throw new CliError(`${name} must be a whole number, not ${JSON.stringify(text)}`, 2);
  return BigInt(text).toString();
}

function readValidator(cli: Cli, file: string): ValidatorFile {
  const wrong = (why: string): never => {
    throw new CliError(`${file}: ${why}`);
  };
  const json = readJsonObject(cli, file);
  const text = (key: string): string => {
    const v = json[key] ?? '';
    return typeof v === 'string' ? v : wrong(`${key} must be a text`);
  };
  for (const key of ['amount', 'moniker', 'commission-rate', 'commission-max-rate', 'commission-max-change-rate', 'min-self-delegation']) {
    if (text(key) === '') wrong(`${key} is missing`);
  }
  if (json.pubkey === undefined) wrong('pubkey is missing: "trellisd comet show-validator" prints it');
  try {
    return { text, pubkey: fromJson(messageType(Any.name), json.pubkey as JsonValue) as Any };
  } catch (e) {
    return wrong(`pubkey: ${(e as Error).message}`);
  }
}

export const staking: HandWritten = {
  methods: ['CreateValidator', 'EditValidator'],
  add: (group, cli) => {
    addTxCommand(group, cli, {
      spec: 'create-validator <validator.json>',
      description:
        'Become a validator with a stake; the file has pubkey, amount, moniker, identity, website, security, details, commission-rate, commission-max-rate, commission-max-change-rate and min-self-delegation',
      // simd takes these, for a memo that it then leaves out.
      options: (command) => command.addOption(new Option('--node-id <id>').hideHelp()).addOption(new Option('--ip <address>').hideHelp()),
      messages: ([file], s) => {
        const { text, pubkey } = readValidator(cli, file as string);
        return [
          anyOf(MsgCreateValidator, {
            description: {
              moniker: text('moniker'),
              identity: text('identity'),
              website: text('website'),
              securityContact: text('security'),
              details: text('details'),
            },
            commission: {
              rate: decimalArgument(text('commission-rate'), 'commission-rate'),
              maxRate: decimalArgument(text('commission-max-rate'), 'commission-max-rate'),
              maxChangeRate: decimalArgument(text('commission-max-change-rate'), 'commission-max-change-rate'),
            },
            minSelfDelegation: wholeAmount(text('min-self-delegation'), 'min-self-delegation'),
            delegatorAddress: '',
            validatorAddress: s.operator,
            pubkey,
            value: oneCoin(text('amount'), 'amount'),
          }),
        ];
      },
    });
    addTxCommand(group, cli, {
      spec: 'edit-validator',
      description: 'Change what your validator says about itself, its commission, or its least self-delegation',
      options: (command) =>
        command
          .option('--new-moniker <name>', 'Name of the validator', KEEP)
          .option('--identity <text>', 'Identity, such as of Keybase', KEEP)
          .option('--website <text>', 'Website', KEEP)
          .option('--security-contact <text>', 'Address for reports', KEEP)
          .option('--details <text>', 'What else is to be said', KEEP)
          .option('--commission-rate <rate>', 'Part of the rewards that the operator keeps')
          .option('--min-self-delegation <amount>', 'Smallest stake of the operator'),
      messages: (_, s) => {
        const { newMoniker, identity, website, securityContact, details, commissionRate, minSelfDelegation } = s.options as Record<string, string>;
        return [
          anyOf(MsgEditValidator, {
            description: { moniker: newMoniker, identity, website, securityContact, details } as MsgEditValidator['description'],
            validatorAddress: s.operator,
            commissionRate: commissionRate === undefined ? undefined : decimalArgument(commissionRate, '--commission-rate'),
            minSelfDelegation: minSelfDelegation === undefined ? undefined : wholeAmount(minSelfDelegation, '--min-self-delegation'),
          }),
        ];
      },
    });
  },
};

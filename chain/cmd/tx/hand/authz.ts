// Grants of authorizations by kind, and the messages of a file in another's name (sdk:x/authz/client/cli/tx.go).
import type { Command } from 'commander';
import { GenericAuthorization, MsgExec, MsgGrant } from '../../../../proto/gen/cosmos/authz/v1beta1.ts';
import { SendAuthorization } from '../../../../proto/gen/cosmos/bank/v1beta1.ts';
import { AuthorizationType, StakeAuthorization } from '../../../../proto/gen/cosmos/staking/v1beta1.ts';
import type { Any } from '../../../../proto/gen/google/protobuf.ts';
import { NANOS_PER_SECOND } from '../../../encoding/time.ts';
import { bigOption, commaList } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { addressArgument, addTxCommand, anyOf, oneCoin, type Sending, someCoins } from '../command.ts';
import { readTx } from '../document.ts';
import type { HandWritten } from './index.ts';

const STAKE_KINDS: Readonly<Record<string, number>> = {
  delegate: AuthorizationType.AUTHORIZATION_TYPE_DELEGATE,
  unbond: AuthorizationType.AUTHORIZATION_TYPE_UNDELEGATE,
  redelegate: AuthorizationType.AUTHORIZATION_TYPE_REDELEGATE,
};

function grantFlags(command: Command): void {
  command
    .option('--spend-limit <coins>', 'Most that may be sent, or staked')
    .option('--allow-list <addresses>', 'Receivers that a send authorization allows, with commas between', commaList, [])
    .option('--msg-type <url>', 'Message that a generic authorization allows, such as /cosmos.gov.v1.MsgVote')
    .option('--allowed-validators <addresses>', 'Validators that a stake authorization allows, with commas between', commaList, [])
    .option('--deny-validators <addresses>', 'Validators that it forbids, with commas between', commaList, [])
    .addOption(bigOption('--expiration <seconds>', 'Unix time at which the grant ends; 0: never', 0n));
}

function stakeAuthorization(s: Sending, authorizationType: number): Any {
  const list = (words: readonly string[]): string[] => words.map((w) => addressArgument(s, w, 'validator', 'valoper'));
  const [allowed, denied] = [list(s.options.allowedValidators), list(s.options.denyValidators)];
  if ((allowed.length === 0) === (denied.length === 0)) throw new CliError('give either --allowed-validators or --deny-validators', 2);
  const limit = s.options.spendLimit as string | undefined;
  return anyOf(StakeAuthorization, {
    maxTokens: limit === undefined ? undefined : oneCoin(limit, '--spend-limit'),
    validators: allowed.length > 0 ? { case: 'allowList', value: { address: allowed } } : { case: 'denyList', value: { address: denied } },
    authorizationType,
  });
}

function sendAuthorization(s: Sending): Any {
  const allowList = (s.options.allowList as string[]).map((w) => addressArgument(s, w, 'receiver'));
  if (new Set(allowList).size < allowList.length) throw new CliError('--allow-list names a receiver twice', 2);
  return anyOf(SendAuthorization, { spendLimit: someCoins((s.options.spendLimit as string | undefined) ?? '', '--spend-limit'), allowList });
}

function authorization(s: Sending, kind: string): Any {
  if (kind === 'send') return sendAuthorization(s);
  if (kind === 'generic') return anyOf(GenericAuthorization, { msg: (s.options.msgType as string | undefined) ?? '' });
  const stake = STAKE_KINDS[kind];
  if (stake === undefined)
    throw new CliError(`the kind of authorization is send, generic, ${Object.keys(STAKE_KINDS).join(', ')}, not ${JSON.stringify(kind)}`, 2);
  return stakeAuthorization(s, stake);
}

export const authz: HandWritten = {
  methods: ['Grant', 'Exec'],
  add: (group, cli) => {
    addTxCommand(group, cli, {
      spec: 'grant <grantee> <authorization_type>',
      description: 'Let an account send messages in your name: send, generic, delegate, unbond or redelegate',
      options: grantFlags,
      messages: ([who, kind], s) => {
        const grantee = addressArgument(s, who as string, 'grantee');
        if (grantee === s.from.address) throw new CliError('grantee and granter must be different', 2);
        const expiration = s.options.expiration === 0n ? undefined : (s.options.expiration as bigint) * NANOS_PER_SECOND;
        return [anyOf(MsgGrant, { granter: s.from.address, grantee, grant: { authorization: authorization(s, kind as string), expiration } })];
      },
    });
    addTxCommand(group, cli, {
      spec: 'exec <tx-json-file>',
      description: "Send the messages of a transaction's file in the name of their signers, who have granted it",
      messages: ([file], s) => {
        if (s.options.offline === true) throw new CliError('exec asks a node, which --offline forbids', 2);
        return [anyOf(MsgExec, { grantee: s.from.address, msgs: readTx(cli, file as string).body?.messages ?? [] })];
      },
    });
  },
};

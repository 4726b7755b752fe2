// Messages that only an authority may send, as a proposal of them (sdk:x/gov/client/cli/util.go).
import type { Command } from 'commander';
import { MsgSubmitProposal } from '../../../proto/gen/cosmos/gov/v1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { moduleAddress } from '../../crypto/address.ts';
import { bech32Encode } from '../../crypto/bech32.ts';
import { booleanFlag, type Options } from '../cli.ts';
import { parseCoins } from '../genesis/app-state.ts';
import { addressArgument, anyOf, type Sending } from './command.ts';

export function proposalFlags(command: Command): void {
  command
    .option('--title <text>', 'Title of the proposal')
    .option('--summary <text>', 'What it is about, in short')
    .option('--metadata <text>', 'More about it, or where that is')
    .option('--deposit <coins>', 'Deposit that is made with it')
    .option('--authority <address>', 'Who sends the message if the proposal passes (default: the account of gov)');
  booleanFlag(command, '--expedited', 'Vote in the shorter period, with a higher threshold');
}

/** The account in whose name passed proposals act. */
export const govAuthority = (prefix: string): string => bech32Encode(prefix, moduleAddress('gov'));

export function authorityOf(s: Sending): string {
  const given = s.options.authority as string | undefined;
  return given === undefined ? govAuthority(s.client.prefix) : addressArgument(s, given, 'authority');
}

export function proposalOf(messages: readonly Any[], s: Sending): Any {
  const text = (name: keyof Options & string): string => (s.options[name] as string | undefined) ?? '';
  return anyOf(MsgSubmitProposal, {
    messages,
    initialDeposit: parseCoins(text('deposit')),
    proposer: s.from.address,
    metadata: text('metadata'),
    title: text('title'),
    summary: text('summary'),
    expedited: s.options.expedited === true,
  });
}

// Proposals from files (sdk:x/gov/client/cli).
import { MsgSubmitProposal } from '../../../../proto/gen/cosmos/gov/v1.ts';
import { MsgSubmitProposal as LegacyMsgSubmitProposal, TextProposal } from '../../../../proto/gen/cosmos/gov/v1beta1.ts';
import { fromJson, type JsonValue, jsonText, toJson } from '../../../../proto/json.ts';
import { findByTypeUrl, messageOfCodec } from '../../../../proto/registry.ts';
import type { Cli } from '../../cli.ts';
import { prefixOf } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { parseCoins } from '../../genesis/app-state.ts';
import { addTxCommand, anyOf } from '../command.ts';
import { type JsonObject, readJsonObject, writeDocument } from '../document.ts';
import { govAuthority } from '../proposal.ts';
import type { HandWritten } from './index.ts';

function textOf(file: string, doc: JsonObject, key: string): string {
  const v = doc[key] ?? '';
  if (typeof v !== 'string') throw new CliError(`${file}: ${key} must be a text`);
  return v;
}

function submitted(cli: Cli, file: string, proposer: string): MsgSubmitProposal {
  const doc = readJsonObject(cli, file);
  const { messages = [], expedited = false } = doc;
  if (!Array.isArray(messages)) throw new CliError(`${file}: messages must be a list`);
  if (typeof expedited !== 'boolean') throw new CliError(`${file}: expedited must be true or false`);
  const text = (key: string): string => textOf(file, doc, key);
  let read: MsgSubmitProposal;
  try {
    read = fromJson(messageOfCodec(MsgSubmitProposal), { messages }) as MsgSubmitProposal;
  } catch (e) {
    throw new CliError(`${file}: ${(e as Error).message}`);
  }
  return {
    ...read,
    initialDeposit: parseCoins(text('deposit')),
    proposer,
    metadata: text('metadata'),
    title: text('title'),
    summary: text('summary'),
    expedited,
  };
}

function legacyText(cli: Cli, options: Record<string, string | undefined>): { readonly title: string; readonly description: string; readonly deposit: string } {
  const flags = ['title', 'description', 'type', 'deposit'];
  const { proposal: file } = options;
  let text = (key: string): string => options[key] ?? '';
  if (file !== undefined) {
    const both = flags.find((f) => options[f] !== undefined);
    if (both !== undefined) throw new CliError(`--${both} and --proposal exclude each other`, 2);
    const doc = readJsonObject(cli, file);
    text = (key) => textOf(file, doc, key);
  }
  for (const key of ['title', 'description', 'type']) if (text(key) === '') throw new CliError(`the proposal has no ${key}`, 2);
  if (text('type').toLowerCase() !== 'text') throw new CliError(`the type of such a proposal is Text, not ${JSON.stringify(text('type'))}`, 2);
  return { title: text('title'), description: text('description'), deposit: text('deposit') };
}

/** A message with every field empty, to be filled in. */
function draft(prefix: string, typeUrl: string | undefined): JsonValue {
  const type = typeUrl === undefined ? undefined : findByTypeUrl(typeUrl);
  if (typeUrl !== undefined && type === undefined) throw new CliError(`the message type ${typeUrl} is unknown here`, 2);
  const message =
    type === undefined ? [] : [{ '@type': type.typeUrl, ...(toJson(type, type.codec.zero()) as JsonObject), ...authority(type.meta.signers?.[0], prefix) }];
  return { messages: message, metadata: '', deposit: '', title: '', summary: '', expedited: false };
}

const authority = (signer: string | undefined, prefix: string): JsonObject => (signer === undefined ? {} : { [signer]: govAuthority(prefix) });

export const gov: HandWritten = {
  methods: ['SubmitProposal'],
  add: (group, cli) => {
    addTxCommand(group, cli, {
      spec: 'submit-proposal <proposal.json>',
      description: 'Submit a proposal; the file has messages, title, summary, metadata, deposit and expedited',
      messages: ([file], s) => [anyOf(MsgSubmitProposal, submitted(cli, file as string, s.from.address))],
    });
    addTxCommand(group, cli, {
      spec: 'submit-legacy-proposal',
      description: 'Submit a text proposal in the form before messages',
      options: (command) =>
        command
          .option('--title <text>', 'Title of the proposal')
          .option('--description <text>', 'What it says')
          .option('--type <type>', 'Text')
          .option('--deposit <coins>', 'Deposit that is made with it')
          .option('--proposal <file>', 'A file with the same: title, description, type, deposit'),
      messages: (_, s) => {
        const { title, description, deposit } = legacyText(cli, s.options as Record<string, string | undefined>);
        const content = anyOf(TextProposal, { title, description });
        return [anyOf(LegacyMsgSubmitProposal, { content, initialDeposit: parseCoins(deposit), proposer: s.from.address })];
      },
    });
    const command = group
      .command('draft-proposal [message-type]')
      .description('Print a proposal with empty fields, to be filled in for submit-proposal')
      .option('--output-document <file>', 'Write to this file instead');
    command.action((typeUrl: string | undefined) => {
      const options = command.optsWithGlobals();
      const json = JSON.parse(jsonText(draft(prefixOf(cli, options), typeUrl)));
      writeDocument(cli, options.outputDocument, JSON.stringify(json, undefined, 2));
    });
  },
};

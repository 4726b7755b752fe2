// Configuration keys as flags: --section.key over the environment over the files. Those that simd's start shows are in the help, the others
// work too.
import type { Command } from 'commander';
import { Option } from 'commander';
import { appFields, cometFields } from '../node/config/config.ts';
import { type Field, fieldsOf } from '../node/config/schema.ts';
import type { Options } from './cli.ts';

const SHOWN: ReadonlySet<string> = new Set([
  ...['moniker', 'priv_validator_laddr', 'minimum-gas-prices', 'query-gas-limit', 'pruning', 'pruning-keep-recent', 'pruning-interval', 'halt-height'],
  ...['halt-time', 'min-retain-blocks', 'rpc.laddr', 'rpc.unsafe', 'p2p.laddr', 'p2p.seeds', 'p2p.persistent_peers', 'p2p.pex', 'api.enable'],
  ...['api.address', 'api.max-open-connections', 'api.rpc-max-body-bytes', 'api.enabled-unsafe-cors', 'grpc.enable', 'grpc.address'],
  ...['consensus.create_empty_blocks', 'consensus.create_empty_blocks_interval', 'consensus.double_sign_check_height', 'state-sync.snapshot-interval'],
  ...['state-sync.snapshot-keep-recent', 'light-archive'],
]);
/** Of the whole program (log_level, log_format), or of Go's engine alone. */
const LEFT_OUT: ReadonlySet<string> = new Set(['log_level', 'log_format', 'version', 'abci']);
/** Spellings that differ from the key's: simd's, and a short one. */
const ALIASES: Readonly<Record<string, string>> = { 'light-archive': 'light.archive', 'p2p.external-address': 'p2p.external_address' };

function* flagFields(): Generator<readonly [flag: string, path: string, Field]> {
  const all = new Map([...fieldsOf(cometFields), ...fieldsOf(appFields)]);
  for (const [path, field] of all) if (field.kind !== 'tables' && !LEFT_OUT.has(path)) yield [path, path, field];
  for (const [flag, path] of Object.entries(ALIASES)) yield [flag, path, all.get(path) as Field];
}

const firstLine = (doc: string): string => doc.split('\n', 1)[0] as string;

export function nodeFlags(command: Command): Command {
  let doc = '';
  for (const [flag, , field] of flagFields()) {
    // A key without a text of its own belongs to the one above.
    doc = firstLine(field.doc) || doc;
    const option = new Option(field.kind === 'flag' ? `--${flag}` : `--${flag} <value>`, doc);
    command.addOption(SHOWN.has(flag) ? option : option.hideHelp());
    if (field.kind === 'flag') command.addOption(new Option(`--no-${flag}`).hideHelp());
  }
  return command;
}

/** What was given on the command line, by configuration path. */
export function givenFlags(command: Command, globals: Options): Map<string, string> {
  const out = new Map<string, string>();
  for (const [flag, path] of flagFields()) {
    const attribute = new Option(`--${flag}`).attributeName();
    if (command.getOptionValueSource(attribute) === 'cli') out.set(path, String(command.getOptionValue(attribute)));
  }
  if (typeof globals.log_level === 'string') out.set('log_level', globals.log_level);
  if (typeof globals.log_format === 'string') out.set('log_format', globals.log_format);
  return out;
}

// A request's fields as the arguments and flags of a command, and what was given as the request's JSON.
import type { Command } from 'commander';
import { fromJson, type JsonValue } from '../../../proto/json.ts';
import { type AnyMessage, type FieldInfo, type MessageType, messageOfCodec } from '../../../proto/registry.ts';
import { bigNumber, booleanFlag, type Cli, commaList, type Options } from '../cli.ts';
import { keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';
import { kebab } from './names.ts';
import { fieldValue, isRepeated, type ValueContext } from './values.ts';

const PAGINATION = 'cosmos.base.query.v1beta1.PageRequest';

export interface Positional {
  /** From the request inwards: the last is the one that is set. */
  readonly path: readonly FieldInfo[];
  readonly many: boolean;
  readonly optional: boolean;
}
export interface Arguments {
  readonly name: string;
  readonly positional: readonly Positional[];
  /** Fields that are given by flags. */
  readonly flags: readonly FieldInfo[];
  /** The command's line for commander: "balance <address> <denom>". */
  readonly spec: string;
}

function pathOf(input: MessageType, dotted: string): FieldInfo[] {
  let type = input;
  return dotted.split('.').map((name, i, all) => {
    const field = type.byName.get(name);
    if (field === undefined) throw new Error(`${input.name} has no field ${dotted}`);
    if (i < all.length - 1 && field.shape.kind === 'message') type = messageOfCodec(field.shape.codec());
    return field;
  });
}

/** `use` as in names.ts; `filled` are fields that the command fills itself. */
export function argumentsOf(input: MessageType, use: string, filled: readonly string[] = []): Arguments {
  const [name, ...words] = use.split(' ') as [string, ...string[]];
  const positional = words.map((w) => ({ path: pathOf(input, w.replace(/[.?]+$/, '')), many: w.includes('...'), optional: w.endsWith('?') }));
  const shown = positional.map(({ path, many, optional }) => {
    const word = kebab((path.at(-1) as FieldInfo).protoName) + (many ? '...' : '');
    return optional ? `[${word}]` : `<${word}>`;
  });
  const flags = input.fields.filter((f) => !filled.includes(f.protoName) && !positional.some((p) => p.path[0] === f));
  return { name, positional, flags, spec: [name, ...shown].join(' ') };
}

const isPagination = (f: FieldInfo): boolean => f.shape.kind === 'message' && f.shape.codec().name === PAGINATION;
const isBoolean = (f: FieldInfo): boolean => f.shape.kind === 'scalar' && f.shape.scalar === 'bool' && !isRepeated(f);
/** Fields whose names are flags of every transaction already. */
const PACKET_FIELDS: readonly string[] = ['timeout_height', 'timeout_timestamp', 'memo'];
const flagOf = ({ protoName }: FieldInfo): string => (PACKET_FIELDS.includes(protoName) ? `packet-${kebab(protoName)}` : kebab(protoName));
const optionKey = (f: FieldInfo): string => flagOf(f).replace(/-(.)/g, (_, c: string) => c.toUpperCase());

export function addFlags(command: Command, { flags }: Arguments): void {
  for (const f of flags) {
    if (isPagination(f)) {
      command
        .option('--page-key <base64>', 'Page: the key that the last answer named')
        .option('--page-offset <n>', 'Page: entries to leave out', bigNumber)
        .option('--page-limit <n>', 'Page: entries at most', bigNumber);
      booleanFlag(command, '--page-count-total', 'Page: count all entries');
      booleanFlag(command, '--page-reverse', 'Page: backwards');
    } else if (isBoolean(f)) booleanFlag(command, `--${flagOf(f)}`, f.protoName);
    else command.option(`--${flagOf(f)} <value${isRepeated(f) ? '...' : ''}>`, f.protoName);
  }
}

function paginationOf(options: Options): JsonValue | undefined {
  const page: Record<string, JsonValue> = {};
  if (options.pageKey !== undefined) page.key = options.pageKey as string;
  if (options.pageOffset !== undefined) page.offset = String(options.pageOffset);
  if (options.pageLimit !== undefined) page.limit = String(options.pageLimit);
  if (options.pageCountTotal === true) page.count_total = true;
  if (options.pageReverse === true) page.reverse = true;
  return Object.keys(page).length === 0 ? undefined : page;
}

function put(request: Record<string, JsonValue>, path: readonly FieldInfo[], value: JsonValue): void {
  const [first, ...rest] = path as [FieldInfo, ...FieldInfo[]];
  if (rest.length === 0) request[first.protoName] = value;
  else {
    request[first.protoName] ??= {};
    put(request[first.protoName] as Record<string, JsonValue>, rest, value);
  }
}

/** The request from what commander gave. Throws CliError. */
export function readRequest(input: MessageType, a: Arguments, given: readonly unknown[], options: Options, ctx: ValueContext): AnyMessage {
  const request: Record<string, JsonValue> = {};
  for (const [i, { path, many }] of a.positional.entries()) {
    const value = given[i] as string | string[] | undefined;
    if (value === undefined) continue;
    put(request, path, fieldValue(path.at(-1) as FieldInfo, many ? (value as string[]) : [value as string], ctx));
  }
  for (const f of a.flags) {
    if (isPagination(f)) {
      const page = paginationOf(options);
      if (page !== undefined) request[f.protoName] = page;
      continue;
    }
    const value = options[optionKey(f)] as string | string[] | boolean | undefined;
    if (value === undefined || value === false) continue;
    const words = Array.isArray(value) ? value : [String(value)];
    request[f.protoName] = fieldValue(f, isRepeated(f) && f.shape.kind === 'scalar' ? words.flatMap(commaList) : words, ctx);
  }
  try {
    return fromJson(input, request);
  } catch (e) {
    throw new CliError((e as Error).message, 2);
  }
}

/** Names of keys stand for their addresses; the keyring is opened only where a word needs it. */
export function valueContext(cli: Cli, options: Options, prefix: string, strict: boolean): ValueContext {
  let keys: ReturnType<typeof keyringOf> | undefined;
  return {
    prefix,
    strict,
    keyAddress: (name) => {
      keys ??= keyringOf(cli, options);
      return keys.find(name)?.address;
    },
  };
}

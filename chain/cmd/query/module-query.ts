// `query <module> <method>`: every unary method of a module's Query service, made from its descriptor.
import type { Command } from 'commander';
import { fromJson, type JsonValue, jsonText, toJson } from '../../../proto/json.ts';
import { type FieldInfo, findMessage, findService, type MessageType, type MethodMeta, serviceNames } from '../../../proto/registry.ts';
import { bigNumber, booleanFlag, type Cli, type Options, outputOption } from '../cli.ts';
import { clientOf, clientOptions } from '../client.ts';
import { CliError } from '../errors.ts';
import { toYaml } from '../yaml.ts';
import { kebab, QUERY_COMMANDS } from './table.ts';

const PAGINATION = 'cosmos.base.query.v1beta1.PageRequest';

/** Query services by the name of their module; of several versions the newest. */
export function queryServices(): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const name of serviceNames()) {
    const m = /^(?:cosmos|trellis)\.([a-z]+)\.v\w+\.Query$/.exec(name);
    if (m === null) continue;
    const [, module] = m as unknown as [string, string];
    // v1beta1 sorts behind v1, which is newer.
    if (!out.has(module) || name < (out.get(module) as string)) out.set(module, name);
  }
  return out;
}

function messageType(name: string): MessageType {
  const type = findMessage(name);
  if (type === undefined) throw new Error(`${name} is not in proto/gen`);
  return type;
}

const isPagination = (f: FieldInfo): boolean => f.shape.kind === 'message' && f.shape.codec().name === PAGINATION;

/** A command-line text as the field's JSON. */
function fieldValue(f: FieldInfo, text: string): JsonValue {
  if (f.shape.kind === 'message') {
    try {
      return JSON.parse(text) as JsonValue;
    } catch {
      throw new CliError(`${f.protoName} must be JSON, not ${JSON.stringify(text)}`, 2);
    }
  }
  if (f.shape.kind === 'scalar' && f.shape.scalar === 'bool') return text === 'true';
  if (f.shape.kind === 'scalar' && f.extra.enum === undefined && ['int32', 'uint32'].includes(f.shape.scalar)) return Number(text);
  return text;
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

const isRepeated = (f: FieldInfo): boolean => 'repeated' in f.shape && f.shape.repeated;
const optionKey = (f: FieldInfo): string => kebab(f.protoName).replace(/-(.)/g, (_, c: string) => c.toUpperCase());

function addMethod(parent: Command, cli: Cli, service: string, module: string, method: MethodMeta): void {
  const input = messageType(method.input);
  const { use = kebab(method.name), alias } = QUERY_COMMANDS[module]?.[method.name] ?? {};
  const [name, ...words] = use.split(' ') as [string, ...string[]];
  const positional = words.map((w) => ({ field: input.byName.get(w.replace(/[.?]+$/, '')), many: w.endsWith('...'), optional: w.endsWith('?') }));
  const spec = positional.map(({ field, many, optional }) => {
    if (field === undefined) throw new Error(`query ${module} ${use}: ${input.name} has no such field`);
    const shown = kebab(field.protoName);
    return many ? `[${shown}...]` : optional ? `[${shown}]` : `<${shown}>`;
  });
  const command = clientOptions(parent.command([name, ...spec].join(' ')))
    .description(`Query ${service.slice(0, -'.Query'.length)} ${method.name}`)
    .option('--height <height>', 'Height of the state that is asked (default: the latest)', bigNumber)
    .addOption(outputOption(undefined));
  if (alias !== undefined) command.alias(alias);
  const flags = input.fields.filter((f) => !positional.some((p) => p.field === f));
  for (const f of flags) {
    if (isPagination(f)) {
      command
        .option('--page-key <base64>', 'Page: the key that the last answer named')
        .option('--page-offset <n>', 'Page: entries to leave out', bigNumber)
        .option('--page-limit <n>', 'Page: entries at most', bigNumber);
      booleanFlag(command, '--page-count-total', 'Page: count all entries');
      booleanFlag(command, '--page-reverse', 'Page: backwards');
    } else if (f.shape.kind === 'scalar' && f.shape.scalar === 'bool') booleanFlag(command, `--${kebab(f.protoName)}`, f.protoName);
    else command.option(`--${kebab(f.protoName)} <value${isRepeated(f) ? '...' : ''}>`, f.protoName);
  }
  command.action(async (...given: unknown[]) => {
    const options = command.optsWithGlobals();
    const request: Record<string, JsonValue> = {};
    for (const [i, { field, many }] of positional.entries()) {
      const value = given[i] as string | string[] | undefined;
      if (value === undefined || field === undefined) continue;
      request[field.protoName] = many ? (value as string[]).map((v) => fieldValue(field, v)) : fieldValue(field, value as string);
    }
    for (const f of flags) {
      const value = isPagination(f) ? paginationOf(options) : (options[optionKey(f)] as string | string[] | boolean | undefined);
      if (value === undefined || value === false) continue;
      if (isPagination(f)) request[f.protoName] = value as JsonValue;
      else request[f.protoName] = Array.isArray(value) ? value.map((v) => fieldValue(f, v)) : fieldValue(f, String(value));
    }
    const client = clientOf(cli, options);
    const bytes = input.codec.encode(fromJson(input, request));
    const answer = await client.rpc.abciQuery(`/${service}/${method.name}`, bytes, (options.height as bigint | undefined) ?? 0n);
    const output = messageType(method.output);
    const json = jsonText(toJson(output, output.codec.decode(answer)));
    cli.io.out(client.output === 'json' ? json : toYaml(JSON.parse(json)).trimEnd());
  });
}

export function addModuleQueries(parent: Command, cli: Cli, module: string): void {
  const service = queryServices().get(module);
  if (service === undefined) return;
  const group = parent.command(module).description(`Query the ${module} module`);
  for (const method of findService(service)?.methods ?? []) {
    if (method.clientStreaming !== true && method.serverStreaming !== true) addMethod(group, cli, service, module, method);
  }
}

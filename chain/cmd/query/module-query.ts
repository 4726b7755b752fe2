// `query <module> <method>`: every unary method of a module's Query service, made from its descriptor; and the engine's under `query consensus comet`.
import type { Command } from 'commander';
import { jsonText, toJson } from '../../../proto/json.ts';
import type { MethodMeta } from '../../../proto/registry.ts';
import { bigNumber, type Cli, outputOption } from '../cli.ts';
import { clientOf, clientOptions, keyringOptions } from '../client.ts';
import { addFlags, argumentsOf, readRequest, valueContext } from '../methods/arguments.ts';
import { kebab, QUERY_COMMANDS } from '../methods/names.ts';
import { messageType, queryServices, unaryMethods } from '../methods/services.ts';
import { toYaml } from '../yaml.ts';

const COMET_SERVICE = 'cosmos.base.tendermint.v1beta1.Service';

function addMethod(parent: Command, cli: Cli, service: string, module: string, method: MethodMeta): void {
  const input = messageType(method.input);
  const { use = kebab(method.name), alias } = QUERY_COMMANDS[module]?.[method.name] ?? {};
  const a = argumentsOf(input, use);
  const command = keyringOptions(clientOptions(parent.command(a.spec)))
    .description(`Query ${service.replace(/\.Query$/, '')} ${method.name}`)
    .option('--height <height>', 'Height of the state that is asked (default: the latest)', bigNumber)
    .addOption(outputOption(undefined));
  if (alias !== undefined) command.alias(alias);
  addFlags(command, a);
  command.action(async (...given: unknown[]) => {
    const options = command.optsWithGlobals();
    const client = clientOf(cli, options);
    const request = readRequest(input, a, given, options, valueContext(cli, options, client.prefix, false));
    const answer = await client.rpc.abciQuery(`/${service}/${method.name}`, input.codec.encode(request), (options.height as bigint | undefined) ?? 0n);
    const output = messageType(method.output);
    const json = jsonText(toJson(output, output.codec.decode(answer)));
    cli.io.out(client.output === 'json' ? json : toYaml(JSON.parse(json)).trimEnd());
  });
}

export function addModuleQueries(parent: Command, cli: Cli, module: string): void {
  const service = queryServices().get(module);
  if (service === undefined) return;
  const group = parent.command(module).description(`Query the ${module} module`);
  for (const method of unaryMethods(service)) addMethod(group, cli, service, module, method);
  if (module !== 'consensus') return;
  const comet = group.command('comet').description('Query the engine');
  for (const method of unaryMethods(COMET_SERVICE)) if (method.name !== 'ABCIQuery') addMethod(comet, cli, COMET_SERVICE, 'comet', method);
}

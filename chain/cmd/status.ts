// `status`: what /status of a node says.
import { outputOption, type Register } from './cli.ts';
import { clientOf, clientOptions } from './client.ts';
import { toYaml } from './yaml.ts';

export const register: Register = (parent, cli) => {
  clientOptions(parent.command('status').addOption(outputOption('json'))).action(async (_options, command) => {
    const options = command.optsWithGlobals();
    const status = await clientOf(cli, options).rpc.call('status');
    cli.io.out(options.output === 'text' ? toYaml(status).trimEnd() : JSON.stringify(status));
  });
};

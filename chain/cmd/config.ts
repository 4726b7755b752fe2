// `config`: get, set, view, diff, home of the three files (SDK: confix).
import { join } from 'node:path';
import type { Command } from 'commander';
import { appConfigText, appFields, clientConfigText, clientFields, cometConfigText, cometFields, defaultNodeConfig } from '../node/config/config.ts';
import { CONFIG_DIR } from '../node/config/home.ts';
import { nearestName } from '../node/config/nearest.ts';
import { readConfigFile } from '../node/config/read-file.ts';
import { readValue } from '../node/config/read-value.ts';
import { buildValues, type Field, fieldsOf, type Section } from '../node/config/schema.ts';
import { configText, tomlValue } from '../node/config/template.ts';
import { type Cli, homeOf, type Options, outputOption, type Register } from './cli.ts';
import { CliError } from './errors.ts';
import { writeFileWhole } from './files.ts';
import { toYaml } from './yaml.ts';

interface ConfigFile {
  readonly name: string;
  readonly section: Section;
  /** The comment at the top of the file. */
  readonly head: string;
}

const headOf = (text: string): string =>
  text
    .slice(0, text.indexOf('\n\n'))
    .split('\n')
    .map((l) => l.slice(2))
    .join('\n');

function fileNamed(name: string): ConfigFile {
  const { comet, app } = defaultNodeConfig('');
  const client = buildValues(clientFields);
  switch (name.replace(/\.toml$/, '')) {
    case 'config':
      return { name: 'config.toml', section: cometFields, head: headOf(cometConfigText(comet)) };
    case 'app':
      return { name: 'app.toml', section: appFields, head: headOf(appConfigText(app)) };
    case 'client':
      return { name: 'client.toml', section: clientFields, head: headOf(clientConfigText(client)) };
    default:
      throw new CliError(`no configuration file is named ${name}; there are config, app and client`, 2);
  }
}

function fieldAt(file: ConfigFile, key: string): Field {
  const found = [...fieldsOf(file.section)].find(([path]) => path === key)?.[1];
  if (found !== undefined) return found;
  const near = nearestName(
    key,
    [...fieldsOf(file.section)].map(([path]) => path),
  );
  throw new CliError(`${file.name} has no key ${key}${near === undefined ? '' : `; did you mean ${near}?`}`, 2);
}

function json(field: Field, v: unknown): unknown {
  if (field.kind === 'duration') return tomlValue(field, v).replaceAll('"', '');
  return typeof v === 'bigint' ? v.toString() : v;
}

function pathOf(cli: Cli, options: Options, file: ConfigFile): string {
  return join(homeOf(cli, options), CONFIG_DIR, file.name);
}

export const register: Register = (parent, cli) => {
  const config = parent.command('config');
  const sub = (spec: string, description: string): Command => config.command(spec).description(description);

  const get = sub('get <file> <key>', 'Print the value of a key (file: config, app or client)');
  get.action((name: string, key: string) => {
    const file = fileNamed(name);
    const field = fieldAt(file, key);
    const value = readConfigFile(pathOf(cli, get.optsWithGlobals(), file), file.section).get(key) ?? field.initial;
    const text = tomlValue(field, value);
    cli.io.out(field.kind === 'text' || field.kind === 'duration' || field.kind === 'commas' ? (JSON.parse(text) as string) : text);
  });

  const set = sub('set <file> <key> <value>', 'Change the value of a key; the file is written anew with its comments');
  set.action((name: string, key: string, text: string) => {
    const file = fileNamed(name);
    const field = fieldAt(file, key);
    const path = pathOf(cli, set.optsWithGlobals(), file);
    const values = readConfigFile(path, file.section);
    if (field.kind === 'tables') throw new CliError(`${key} is a list of tables: edit the file`, 2);
    values.set(key, readValue(key, field, text, 'config set'));
    writeFileWhole(
      path,
      configText(
        file.section,
        buildValues(file.section, (at) => values.get(at)),
        file.head,
      ),
    );
  });

  const view = sub('view <file>', 'Print a file, with the defaults of what it does not name').addOption(outputOption('text'));
  view.action((name: string) => {
    const options = view.optsWithGlobals();
    const file = fileNamed(name);
    const values = readConfigFile(pathOf(cli, options, file), file.section);
    const built = buildValues(file.section, (at) => values.get(at));
    if (options.output === 'text') cli.io.out(configText(file.section, built, file.head).trimEnd());
    else cli.io.out(JSON.stringify(Object.fromEntries([...fieldsOf(file.section)].map(([path, f]) => [path, json(f, values.get(path) ?? f.initial)]))));
  });

  const diff = sub('diff [file]', 'Print what differs from the defaults').addOption(outputOption('text'));
  diff.action((name: string | undefined) => {
    const options = diff.optsWithGlobals();
    const out: Record<string, Record<string, { default: unknown; value: unknown }>> = {};
    for (const file of name === undefined ? ['config', 'app', 'client'].map(fileNamed) : [fileNamed(name)]) {
      const values = readConfigFile(pathOf(cli, options, file), file.section);
      for (const [path, field] of fieldsOf(file.section)) {
        const value = values.get(path);
        if (value === undefined || tomlValue(field, value) === tomlValue(field, field.initial)) continue;
        out[file.name] ??= {};
        (out[file.name] as Record<string, unknown>)[path] = { default: json(field, field.initial), value: json(field, value) };
      }
    }
    cli.io.out(options.output === 'json' ? JSON.stringify(out) : toYaml(out).trimEnd());
  });

  const home = sub('home', 'Print the home folder');
  home.action(() => cli.io.out(homeOf(cli, home.optsWithGlobals())));
};

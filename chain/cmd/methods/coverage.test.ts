// Whatever the application does, a command asks for it.
import { Command } from 'commander';
import { beforeAll, expect, test } from 'vitest';
import { findService, serviceNames } from '../../../proto/registry.ts';
import { composeModules } from '../../app/app.ts';
import type { Cli } from '../cli.ts';
import { register as registerQueries } from '../query/index.ts';
import { HAND_WRITTEN } from '../tx/hand/index.ts';
import { register as registerTxs } from '../tx/index.ts';
import { kebab, QUERY_COMMANDS, TX_COMMANDS } from './names.ts';
import { moduleOf } from './services.ts';

const root = new Command();
const served = { queries: new Set<string>(), messages: new Set<string>() };

beforeAll(() => {
  const cli = { io: {}, result: { exitCode: 0 } } as unknown as Cli;
  registerQueries(root, cli);
  registerTxs(root, cli);
  for (const m of composeModules('trellis').modules) {
    m.registerServices?.({
      query: (path) => void served.queries.add(path),
      msg: (request) => void served.messages.add(request.name),
    });
  }
});

const commandNames = (path: readonly string[]): string[] => {
  let at: Command | undefined = root;
  for (const name of path) at = at?.commands.find((c) => c.name() === name);
  return (at?.commands ?? []).map((c) => c.name());
};
const newestVersion = (service: string): string => {
  const v1 = service.replace(/\.v1beta1\./, '.v1.');
  return serviceNames().includes(v1) ? v1 : service;
};

test('every query that is served', () => {
  const missing: string[] = [];
  for (const path of served.queries) {
    const [, service = '', method = ''] = path.split('/');
    const module = moduleOf(service) as string;
    const use = (QUERY_COMMANDS[module]?.[method]?.use ?? kebab(method)).split(' ')[0] as string;
    const known = (findService(newestVersion(service))?.methods ?? []).some((m) => m.name === method);
    if (!known || !commandNames(['query', module]).includes(use)) missing.push(path);
  }
  expect(missing).toEqual([]);
  expect(served.queries.size).toBeGreaterThan(80);
});

test('every message that is executed', () => {
  const missing: string[] = [];
  for (const service of serviceNames().filter((s) => s.endsWith('.Msg'))) {
    const module = moduleOf(service) as string;
    for (const m of findService(service)?.methods ?? []) {
      if (!served.messages.has(m.input)) continue;
      const names = commandNames(['tx', module]);
      const use = (TX_COMMANDS[module]?.[m.name]?.use ?? kebab(m.name)).split(' ')[0] as string;
      if (HAND_WRITTEN[module]?.methods.includes(m.name) !== true && !names.includes(use) && !names.includes(`${use}-proposal`)) missing.push(m.input);
    }
  }
  expect(missing).toEqual([]);
  expect(served.messages.size).toBeGreaterThan(40);
});

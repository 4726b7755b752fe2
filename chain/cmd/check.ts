// `check invariants`: whether the books of a home's last state agree: supply, pools, shares, rewards, deposits. The node may run meanwhile.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { INVARIANTS } from '../app/invariants/check.ts';
import { installNative } from '../native/install.ts';
import type { NodeConfig } from '../node/config/config.ts';
import { DatabaseError } from '../store/errors.ts';
import { applicationFolder, type OpenedApplication, openApplication } from './application.ts';
import { type Cli, type Options, prefixOf, type Register } from './cli.ts';
import { CliError } from './errors.ts';
import { existingHome, readGenesisFile } from './genesis/file.ts';
import { withLiveCopy } from './live-copy.ts';
import { packageJson } from './version.ts';

export const register: Register = (parent, cli) => {
  const check = parent.command('check');
  const command = check.command('invariants').description('Whether the books of the last state agree; the node may run meanwhile');
  command.action(() => run(cli, command.optsWithGlobals()));
};

async function run(cli: Cli, options: Options): Promise<void> {
  installNative(() => {});
  const config = existingHome(cli, options);
  const folder = applicationFolder(config);
  if (!existsSync(folder)) throw new CliError(`${config.home} has no state yet: its node never ran`);
  const { chainId } = readGenesisFile(config.files.genesis);
  const open = (c: NodeConfig): Promise<OpenedApplication> =>
    openApplication({ config: c, chainId, version: packageJson().version, bech32Prefix: prefixOf(cli, options), ...(cli.program && { program: cli.program }) });
  const checkOn = async (c: NodeConfig): Promise<void> => {
    const opened = await open(c);
    try {
      report(cli, opened);
    } finally {
      await opened.close();
    }
  };
  try {
    return await checkOn(config);
  } catch (e) {
    if (!(e instanceof DatabaseError) || !e.message.includes('in use by another process')) throw e;
  }
  const data = join(config.files.data, `check-${process.pid}`);
  await withLiveCopy(folder, data, basename(folder), () => checkOn({ ...config, files: { ...config.files, data } }));
}

function report(cli: Cli, { app }: OpenedApplication): void {
  if (app.lastHeight === 0n) throw new CliError('there is no state yet: the chain has no block');
  const ctx = app.queryContext(0n);
  cli.io.out(`height ${app.lastHeight}`);
  for (const i of INVARIANTS) {
    const broken = i.broken(app.keepers, ctx);
    cli.io.out(`${i.name}: ${broken.length === 0 ? 'ok' : 'BROKEN'}`);
    for (const text of broken) cli.io.out(`  ${text}`);
    if (broken.length > 0) cli.result.exitCode = 1;
  }
}

// `rollback`: after a block that the application got wrong, the state goes back by one height; the next start executes the block again.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toHexUpper } from '../encoding/bytes.ts';
import { installNative } from '../native/install.ts';
import { rollbackNode } from '../node/rollback.ts';
import { rollbackState, storedHeight } from '../store/rollback.ts';
import { applicationFolder } from './application.ts';
import type { Cli, Options, Register } from './cli.ts';
import { CliError } from './errors.ts';
import { existingHome } from './genesis/file.ts';

export const register: Register = (parent, cli) => {
  const command = parent.command('rollback').option('--hard', 'Remove the last block too, not only the state after it');
  command.action(() => run(cli, command.optsWithGlobals()));
};

async function run(cli: Cli, options: Options): Promise<void> {
  installNative(() => {});
  const config = existingHome(cli, options);
  const folder = applicationFolder(config);
  if (!existsSync(join(config.files.data, 'chain.db')) || !existsSync(folder)) throw new CliError(`${config.home} has no state to roll back`);
  const { height, appHash } = await rollbackNode({
    data: config.files.data,
    removeBlock: options.hard === true,
    rollbackApplication: async (to) => {
      if ((await storedHeight(folder)) > to) await rollbackState(folder, to);
    },
  });
  cli.io.out(`Rolled back state to height ${height} and hash ${toHexUpper(appHash)}`);
}

// `snapshots`: the snapshots of a stopped node's application, with the commands of simd (sdk:client/snapshot).
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { SdkError } from '../core/errors.ts';
import { toHexUpper } from '../encoding/bytes.ts';
import { installNative } from '../native/install.ts';
import type { NodeConfig } from '../node/config/config.ts';
import { readGenesisFile } from '../node/genesis-file.ts';
import { restoreSnapshot } from '../store/snapshot.ts';
import { dumpSnapshot, loadSnapshot } from '../store/snapshots/archive.ts';
import type { SnapshotFolder } from '../store/snapshots/folder.ts';
import type { SnapshotInfo } from '../store/snapshots/metadata.ts';
import { type OpenedApplication, openApplication, openSnapshots } from './application.ts';
import { bigNumber, bigOption, type Cli, type Options, prefixOf, type Register, wholeNumber } from './cli.ts';
import { CliError } from './errors.ts';
import { existingHome } from './genesis/file.ts';
import { packageJson } from './version.ts';

interface Target {
  readonly config: NodeConfig;
  readonly folder: SnapshotFolder;
}

/** Errors of the store are about the user's snapshots, and told as such. */
async function told<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (e) {
    if (e instanceof SdkError) throw new CliError(e.message);
    throw e;
  }
}

function found({ folder }: Target, height: bigint, format: number): SnapshotInfo {
  const info = folder.get(height, format);
  if (info === undefined)
    throw new CliError(`there is no snapshot of height ${height} and format ${format} in ${folder.path}; "snapshots list" shows what there is`);
  return info;
}

async function withApplication(cli: Cli, config: NodeConfig, options: Options, run: (opened: OpenedApplication) => Promise<void>): Promise<void> {
  const { doc } = readGenesisFile(config.files.genesis);
  const opened = await openApplication({ config, chainId: doc.chainId, version: packageJson().version, bech32Prefix: prefixOf(cli, options) });
  try {
    await run(opened);
  } finally {
    await opened.close();
  }
}

export const register: Register = (parent, cli) => {
  const snapshots = parent.command('snapshots');
  const add = (name: string, description: string): Command => snapshots.command(name).description(description);
  const action = (command: Command, run: (t: Target, options: Options, args: readonly never[]) => Promise<void> | void): void => {
    command.action(async (...all: unknown[]) => {
      installNative(() => {});
      const options = command.optsWithGlobals();
      const config = existingHome(cli, options);
      await told(async () => run({ config, folder: openSnapshots(config) }, options, all.slice(0, -2) as never[]));
    });
  };

  action(add('list', 'List local snapshots'), ({ folder }) => {
    for (const s of folder.list()) cli.io.out(`height: ${s.height} format: ${s.format} chunks: ${s.chunks}`);
  });

  const one = (name: string, description: string): Command =>
    add(name, description).argument('<height>', 'Height of the snapshot', bigNumber).argument('<format>', 'Its format', wholeNumber);

  action(one('dump', 'Dump the snapshot as portable archive format').option('-o, --output <file>', 'output file'), async (t, options, args) => {
    const [height, format] = args as unknown as [bigint, number];
    const file = (options.output as string | undefined) ?? `${height}-${format}.tar.gz`;
    await dumpSnapshot(t.folder, found(t, height, format), file);
    cli.io.err(`wrote ${file}`);
  });

  action(add('load <archive-file>', 'Load a snapshot archive file (.tar.gz) into snapshot store'), async ({ folder }, _options, args) => {
    const [file] = args as unknown as [string];
    if (!existsSync(file)) throw new CliError(`there is no file ${file}`);
    const { height, format, chunks } = await loadSnapshot(folder, file);
    cli.io.err(`loaded the snapshot of height ${height}, format ${format}, chunks ${chunks}`);
  });

  action(one('delete', 'Delete a local snapshot'), async (t, _options, args) => {
    const [height, format] = args as unknown as [bigint, number];
    await t.folder.delete(height, format);
  });

  action(one('restore', 'Restore app state from local snapshot'), async (t, options, args) => {
    const [height, format] = args as unknown as [bigint, number];
    const info = found(t, height, format);
    await withApplication(cli, t.config, options, async ({ store }) => {
      if (store.last.height !== 0n) {
        throw new CliError(
          `the application has a state already, of height ${store.last.height}; "trellisd comet reset-state" removes the data, snapshots too: dump them first`,
        );
      }
      // No header is at hand to say what the app hash must be; the user compares it.
      await restoreSnapshot(store, { height, format, chunks: t.folder.chunks(info), appHash: undefined });
      cli.io.err(
        `restored the state of height ${height}; its app hash is ${toHexUpper(store.last.appHash)}, which the header of height ${height + 1n} must carry`,
      );
    });
  });

  action(
    add('export', 'Export app state to snapshot store').addOption(bigOption('--height <height>', 'Height to export, default to latest state height', 0n)),
    async ({ config }, options) =>
      withApplication(cli, config, options, async ({ store, snapshots: manager }) => {
        const height = (options.height as bigint) === 0n ? store.last.height : (options.height as bigint);
        if (height === 0n) throw new CliError(`${config.home} has no state yet: its chain has no block`);
        cli.io.out(`Exporting snapshot for height ${height}`);
        const s = await manager.create(height);
        cli.io.out(`Snapshot created at height ${s.height}, format ${s.format}, chunks ${s.chunks}`);
      }),
  );
};

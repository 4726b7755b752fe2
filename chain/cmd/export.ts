// `export`: the state of a stopped node as a genesis file, in CometBFT's form; the same state gives the same bytes.
import { appStateText, exportApp } from '../app/export.ts';
import { installNative } from '../native/install.ts';
import { completeConsensusParams } from '../types/consensus-params.ts';
import { genesisToJson } from '../types/json/genesis.ts';
import { openApplication } from './application.ts';
import { booleanFlag, type Cli, commaList, type Options, prefixOf, type Register, wholeNumber } from './cli.ts';
import { CliError } from './errors.ts';
import { writeFileWhole } from './files.ts';
import { existingHome, readGenesisFile } from './genesis/file.ts';
import { packageJson } from './version.ts';

export const register: Register = (parent, cli) => {
  const command = parent
    .command('export')
    .option('--height <height>', 'Height whose state is written (-1: the latest)', wholeNumber, -1)
    .option('--modules-to-export <names>', 'Only these modules, joined by commas', commaList)
    .option('--output-document <file>', 'Write there instead of to stdout');
  booleanFlag(command, '--for-zero-height', 'For a chain that counts heights from the beginning');
  command.action(() => exportState(cli, command.optsWithGlobals()));
};

async function exportState(cli: Cli, options: Options): Promise<void> {
  installNative(() => {});
  const config = existingHome(cli, options);
  const genesis = readGenesisFile(config.files.genesis);
  const opened = await openApplication({ config, chainId: genesis.chainId, version: packageJson().version, bech32Prefix: prefixOf(cli, options) });
  try {
    if (opened.app.lastHeight === 0n) throw new CliError(`${config.home} has no state yet: its chain has no block`);
    const height = options.height === -1 ? 0n : BigInt(options.height as number);
    const { appState, initialHeight, consensusParams, validators } = exportApp(opened.app, height, options.forZeroHeight === true);
    const names = options.modulesToExport as string[] | undefined;
    const unknown = names?.find((n) => !Object.hasOwn(appState, n));
    if (unknown !== undefined) throw new CliError(`there is no module ${unknown}; there are ${Object.keys(appState).join(', ')}`, 2);
    const chosen = names === undefined ? appState : Object.fromEntries(Object.entries(appState).filter(([n]) => names.includes(n)));
    // Without stake no module changes validators: they are those of the genesis file.
    const doc = {
      ...genesis,
      initialHeight: initialHeight === 0n ? 1n : initialHeight,
      consensusParams: consensusParams === undefined ? genesis.consensusParams : completeConsensusParams(consensusParams),
      validators: validators.length > 0 ? validators : genesis.validators,
      appHash: new Uint8Array(0),
      appState: appStateText(chosen),
    };
    const text = genesisToJson(doc);
    if (options.outputDocument === undefined) cli.io.out(text);
    else writeFileWhole(options.outputDocument as string, `${text}\n`);
  } finally {
    await opened.close();
  }
}

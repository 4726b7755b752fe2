// `version`: the program's, and with --long that of everything it speaks.
import { readFileSync } from 'node:fs';
import { CHAIN, outputOption, printValue, type Register } from './cli.ts';

interface PackageJson {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

export function packageJson(): PackageJson {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as PackageJson;
}

/** Versions of the protocols on the wire. */
export const PROTOCOLS = { cometbft_version: '0.40.0', cosmos_sdk_version: 'v0.53.4', abci_version: '2.0.0', block_protocol: '11', p2p_protocol: '8' } as const;

export const register: Register = (parent, cli) => {
  parent
    .command('version')
    .option('--long', 'Print all versions')
    .addOption(outputOption('text'))
    .action((options) => {
      const { version, dependencies } = packageJson();
      if (options.long !== true) {
        cli.io.out(options.output === 'json' ? JSON.stringify({ version }) : version);
        return;
      }
      printValue(cli, options, {
        name: 'trellis',
        server_name: CHAIN.programName,
        version,
        node: process.version,
        platform: `${process.platform}/${process.arch}`,
        ...PROTOCOLS,
        build_deps: Object.entries(dependencies).map(([name, v]) => `${name}@${v}`),
      });
    });
};

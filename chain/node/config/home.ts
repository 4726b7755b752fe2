// A node's home folder, in the layout that CometBFT and the Cosmos SDK share.
import { isAbsolute, join } from 'node:path';
import type { CometConfig } from './config.ts';

export const CONFIG_DIR = 'config';

export const configFile = (home: string): string => join(home, CONFIG_DIR, 'config.toml');
export const appConfigFile = (home: string): string => join(home, CONFIG_DIR, 'app.toml');
export const clientConfigFile = (home: string): string => join(home, CONFIG_DIR, 'client.toml');

/** Absolute paths of what a node keeps. */
export interface HomeFiles {
  readonly genesis: string;
  readonly privValidatorKey: string;
  readonly privValidatorState: string;
  readonly nodeKey: string;
  readonly addrBook: string;
  /** Folder of all databases. */
  readonly data: string;
  readonly consensusWal: string;
  /** Written at a planned upgrade, read by cosmovisor. */
  readonly upgradeInfo: string;
}

export function homeFiles(home: string, comet: CometConfig): HomeFiles {
  const at = (path: string): string => (isAbsolute(path) ? path : join(home, path));
  return {
    genesis: at(comet.base.genesisFile),
    privValidatorKey: at(comet.base.privValidatorKeyFile),
    privValidatorState: at(comet.base.privValidatorStateFile),
    nodeKey: at(comet.base.nodeKeyFile),
    addrBook: at(comet.p2p.addrBookFile),
    data: at(comet.base.dbDir),
    consensusWal: at(comet.consensus.walFile),
    upgradeInfo: join(home, 'data', 'upgrade-info.json'),
  };
}

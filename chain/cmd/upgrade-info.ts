// data/upgrade-info.json: what the program that stopped for an upgrade left for the next one, and for the supervisor that starts it (cosmovisor).
// Source: cosmossdk.io/x/upgrade v0.2.0 keeper/keeper.go DumpUpgradeInfoToDisk, ReadUpgradeInfoFromDisk.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Upgrade } from '../app/upgrades/upgrade.ts';
import type { Logger } from '../node/logger.ts';
import type { StoreUpgrade } from '../store/store-changes.ts';
import { CliError } from './errors.ts';
import { writeFileWhole } from './files.ts';

const BYTES_MAX = 1 << 20;

export interface UpgradeInfo {
  readonly name: string;
  readonly height: bigint;
}

/** undefined where there is no such file. Throws CliError for one that is no plan. */
export function readUpgradeInfo(file: string): UpgradeInfo | undefined {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  const refuse = (why: string): never => {
    throw new CliError(`${file}: ${why}; a node that stopped for an upgrade wrote it: restore it, or remove it where no upgrade is due`);
  };
  if (size > BYTES_MAX) refuse(`it has ${size} bytes, more than ${BYTES_MAX}`);
  let json: { readonly name?: unknown; readonly height?: unknown };
  try {
    json = JSON.parse(readFileSync(file, 'utf8')) ?? {};
  } catch (e) {
    return refuse(`it is not JSON: ${(e as Error).message}`);
  }
  const { name, height } = json;
  if (typeof name !== 'string' || name === '') return refuse('it names no upgrade');
  if (typeof height !== 'number' || !Number.isSafeInteger(height) || height <= 0) return refuse('it names no height');
  return { name, height: BigInt(height) };
}

/** How this program's stores differ from those before the upgrade for which a node of this home stopped. */
export function storeUpgrade(file: string, upgrades: readonly Upgrade[], skipped: ReadonlySet<bigint>): StoreUpgrade | undefined {
  const info = readUpgradeInfo(file);
  const stores = upgrades.find((u) => u.name === info?.name)?.stores;
  return info === undefined || stores === undefined || skipped.has(info.height) ? undefined : { height: info.height, ...stores };
}

export interface UpgradeHost {
  writeInfo(text: string): void;
  log(level: 'info' | 'error', text: string): void;
}

export function upgradeHost(file: string, logger: Pick<Logger, 'info' | 'error'> | undefined): UpgradeHost {
  return {
    writeInfo: (text) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileWhole(file, text, 0o600);
    },
    log: (level, text) => logger?.[level](text),
  };
}

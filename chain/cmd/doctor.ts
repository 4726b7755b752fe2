// `doctor`: checks of the home folder that need no running node, each finding with its code, its reason and what to do (operators.md §8).
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bytesEqual } from '../encoding/bytes.ts';
import { installNative } from '../native/install.ts';
import { loadNodeConfig, type NodeConfig } from '../node/config/config.ts';
import { ConfigError } from '../node/config/errors.ts';
import { parseListenAddress } from '../node/listen-address.ts';
import { readKeyFile } from '../privval/key-file.ts';
import { loadNodeKey } from '../privval/node-key.ts';
import { publicKeyOf } from '../privval/private-key.ts';
import { readStateFile } from '../privval/sign-state.ts';
import { checkFolder } from '../store/leveldb/folder-check.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { type Cli, homeOf, type Options, outputOption, type Register } from './cli.ts';
import { chainFindings } from './doctor/chain-findings.ts';
import type { Finding } from './doctor/finding.ts';
import { diskFindings, portFindings, signerFindings } from './doctor/machine-findings.ts';
import { readGenesisFile } from './genesis/file.ts';

export const register: Register = (parent, cli) => {
  const command = parent.command('doctor').addOption(outputOption('text'));
  command.action(() => doctor(cli, command.optsWithGlobals()));
};

function* fileFindings({ files, comet }: NodeConfig): Generator<Finding> {
  const isRemote = comet.base.privValidatorLaddr !== '';
  for (const file of [files.privValidatorKey, files.privValidatorState, files.nodeKey]) {
    if (!existsSync(file) && isRemote && file !== files.nodeKey) continue;
    if (!existsSync(file)) yield { code: 'file-missing', level: 'error', reason: `${file} is missing`, fix: 'trellisd init, or restore the file' };
    else if ((statSync(file).mode & 0o077) !== 0) {
      yield { code: 'file-mode', level: 'warning', reason: `${file} can be read by others`, fix: `chmod 600 ${file}` };
    }
  }
}

function* attempt(code: string, fix: string, check: () => void): Generator<Finding> {
  try {
    check();
  } catch (e) {
    yield { code, level: 'error', reason: (e as Error).message, fix };
  }
}

function* contentFindings({ files }: NodeConfig): Generator<Finding> {
  yield* attempt('genesis', 'put the genesis file of the chain there', () => void readGenesisFile(files.genesis));
  if (existsSync(files.nodeKey)) yield* attempt('node-key', 'remove the file; the next start makes a new one', () => void loadNodeKey(files.nodeKey));
  if (!existsSync(files.privValidatorKey)) return;
  yield* attempt('validator-key', 'restore the file from its backup', () => void readKeyFile(files.privValidatorKey));
  if (existsSync(files.privValidatorState)) {
    yield* attempt('sign-state', 'restore the file; never reset it while the key may have signed later', () => {
      readStateFile(files.privValidatorState, publicKeyOf(readKeyFile(files.privValidatorKey)));
    });
  }
}

/** Every byte of the databases, which a start checks in the background only where it is old. */
function* dataFindings({ files }: NodeConfig): Generator<Finding> {
  for (const folder of ['application.db', 'application.db/nodes', 'chain.db']) {
    yield* attempt('database', "restore the folder from a backup, or remove the node's data and sync again", () => {
      checkFolder(join(files.data, folder), Number.POSITIVE_INFINITY);
    });
  }
}

function* validatorFindings({ files }: NodeConfig): Generator<Finding> {
  try {
    const own = addressOfKey(publicKeyOf(readKeyFile(files.privValidatorKey)));
    const { validators } = readGenesisFile(files.genesis);
    if (validators.length > 0 && !validators.some((v) => bytesEqual(v.address, own))) {
      yield {
        code: 'not-a-validator',
        level: 'warning',
        reason: "this node's key is not among the validators of the genesis",
        fix: 'nothing, if it is a full node or joined later',
      };
    }
  } catch {
    // What cannot be read is a finding already.
  }
}

function* configFindings({ comet, app }: NodeConfig): Generator<Finding> {
  if (app.minimumGasPrices === '') {
    yield {
      code: 'gas-price',
      level: 'error',
      reason: 'minimum-gas-prices is empty: the node does not start',
      fix: 'trellisd config set app minimum-gas-prices 0.01utrel',
    };
  }
  const open = [
    ['rpc.laddr', comet.rpc.laddr],
    ['api.address', app.api.enable ? app.api.address : undefined],
    ['grpc.address', app.grpc.enable ? app.grpc.address : undefined],
  ] as const;
  for (const [key, address] of open) {
    if (address === undefined) continue;
    const { host } = parseListenAddress(key, address);
    const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
    if (!isLocal && app.queryGasLimit === 0) {
      yield {
        code: 'query-gas',
        level: 'warning',
        reason: `${key} is open to others and query-gas-limit is 0: one query can take all time`,
        fix: 'trellisd config set app query-gas-limit 10000000',
      };
    }
    if (!isLocal && key === 'rpc.laddr' && comet.rpc.unsafe) {
      yield {
        code: 'rpc-unsafe',
        level: 'error',
        reason: 'rpc.unsafe = true on an address that others reach',
        fix: 'trellisd config set config rpc.unsafe false',
      };
    }
  }
}

async function doctor(cli: Cli, options: Options): Promise<void> {
  installNative(() => {});
  const home = homeOf(cli, options);
  const findings = await findingsOf(home, cli);
  if (options.output === 'json') cli.io.out(JSON.stringify(findings));
  else if (findings.length === 0) cli.io.out(`${home}: nothing is wrong`);
  else for (const f of findings) cli.io.out(`${f.level.padEnd(7)} ${f.code}: ${f.reason}\n        fix: ${f.fix}`);
  if (findings.some((f) => f.level === 'error')) cli.result.exitCode = 1;
}

async function findingsOf(home: string, cli: Cli): Promise<Finding[]> {
  let config: NodeConfig;
  try {
    config = loadNodeConfig({ home, environment: cli.io.environment });
  } catch (e) {
    if (!(e instanceof ConfigError)) throw e;
    return [{ code: 'config', level: 'error', reason: e.message, fix: 'correct the key; "trellisd config diff" shows what differs from the defaults' }];
  }
  return [
    ...fileFindings(config),
    ...contentFindings(config),
    ...dataFindings(config),
    ...validatorFindings(config),
    ...configFindings(config),
    ...signerFindings(config),
    ...diskFindings(config),
    ...(await chainFindings(config)),
    ...(await portFindings(config)),
  ];
}

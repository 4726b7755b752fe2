// Go CometBFT as a node of one validator, on a home that `trellisd init` wrote: the application is ours, behind the ABCI socket.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningProcess, startProcess } from './process.ts';
import { rpcHeight } from './rpc.ts';
import { waitFor } from './wait.ts';

export interface CometHomeOptions {
  /** A home of `trellisd init`; config, keys and signer state are copied. */
  readonly from: string;
  readonly home: string;
  readonly rpcPort: number;
  readonly p2pPort: number;
}

/** Sets keys of a TOML file that stand at the start of a line, the first occurrence of each after `section`. Throws where one is missing. */
export function setTomlKeys(file: string, section: string, values: Readonly<Record<string, string>>): void {
  const lines = readFileSync(file, 'utf8').split('\n');
  const start = section === '' ? 0 : lines.indexOf(`[${section}]`);
  if (start < 0) throw new Error(`${file} has no section [${section}]`);
  for (const [key, value] of Object.entries(values)) {
    const at = lines.findIndex((line, i) => i >= start && line.startsWith(`${key} = `));
    const end = lines.findIndex((line, i) => i > start && line.startsWith('['));
    if (at < 0 || (end >= 0 && at > end)) throw new Error(`${file} has no ${key} in [${section}]`);
    lines[at] = `${key} = ${value}`;
  }
  writeFileSync(file, lines.join('\n'));
}

export function initCometHome(o: CometHomeOptions): void {
  for (const folder of ['config', 'data']) cpSync(join(o.from, folder), join(o.home, folder), { recursive: true });
  const file = join(o.home, 'config/config.toml');
  setTomlKeys(file, 'rpc', { laddr: `"tcp://127.0.0.1:${o.rpcPort}"`, pprof_laddr: '""' });
  setTomlKeys(file, 'p2p', { laddr: `"tcp://127.0.0.1:${o.p2pPort}"`, addr_book_strict: 'false' });
}

export interface CometNode {
  readonly process: RunningProcess;
  readonly rpc: string;
  height(): Promise<number>;
}

/** Starts it and waits until its RPC answers. */
export async function startCometNode(
  program: string,
  o: Pick<CometHomeOptions, 'home' | 'rpcPort'> & {
    readonly application: string;
    readonly consensus?: Readonly<Record<string, string>>;
    readonly logFile?: string;
  },
): Promise<CometNode> {
  const file = join(o.home, 'config/config.toml');
  setTomlKeys(file, '', { proxy_app: `"${o.application}"` });
  setTomlKeys(file, 'consensus', o.consensus ?? {});
  const process = startProcess(program, ['start', '--home', o.home], o.logFile === undefined ? {} : { logFile: o.logFile });
  const rpc = `http://127.0.0.1:${o.rpcPort}`;
  const height = (): Promise<number> => rpcHeight(rpc);
  const up = await waitFor('the RPC of Go CometBFT', async () => {
    if (process.exit() !== undefined) return 'ended' as const;
    await height();
    return 'up' as const;
  });
  if (up === 'ended') throw new Error(`cometbft start ended:\n${process.output().slice(-3000)}`);
  return { process, rpc, height };
}

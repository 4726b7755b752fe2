// Configuration of the validators of a dev network over that of their homes: every door on loopback, no fees, the quick store mode.
import { CHAIN } from '../cli.ts';
import type { Ports } from './messages.ts';

export interface DevOptions {
  readonly home: string;
  readonly chainId: string;
  /** config.toml's consensus.timeout_commit, e.g. "1s". */
  readonly timeoutCommit: string;
  /** app.toml's pruning (docs/architecture/adr-003-store-modes.md). */
  readonly pruning: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'none';
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (line: string) => void;
  /** Called between the steps that a crash may fall between; tests end the process there. */
  readonly failPoint?: (name: string) => void;
}

export const INFO_FILE = 'dev.json';
export const PREFERRED_PORTS = { rpc: 26657, grpc: 9090, rest: 1317 };

export const chainSettings = (o: Pick<DevOptions, 'timeoutCommit' | 'pruning' | 'logLevel'>): [path: string, value: string][] => [
  ['log_level', o.logLevel],
  ['consensus.timeout_commit', o.timeoutCommit],
  ['pruning', o.pruning],
  ['minimum-gas-prices', `0${CHAIN.denom}`],
];

export const portSettings = ({ rpc, p2p, doors }: Ports): [path: string, value: string][] => [
  ['rpc.laddr', `tcp://127.0.0.1:${rpc}`],
  ['p2p.laddr', `tcp://127.0.0.1:${p2p}`],
  ['grpc.enable', String(doors !== undefined)],
  ['grpc.address', `127.0.0.1:${doors?.grpc ?? 0}`],
  ['api.enable', String(doors !== undefined)],
  ['api.address', `tcp://127.0.0.1:${doors?.rest ?? 0}`],
];

/** Any ports that are free. */
export const anyPorts = ({ doors }: Ports): Ports => ({ rpc: 0, p2p: 0, doors: doors === undefined ? undefined : { grpc: 0, rest: 0 } });

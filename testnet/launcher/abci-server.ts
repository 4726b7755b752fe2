// `trellisd start --with-comet=false`: the application alone, behind the ABCI socket.
import { trellisd } from './dev-chain.ts';
import type { RunningProcess } from './process.ts';
import { waitFor } from './wait.ts';

export interface AbciServer {
  readonly process: RunningProcess;
  /** `tcp://127.0.0.1:PORT`. */
  readonly address: string;
}

/** Starts it and waits until it serves. */
export async function startAbciServer(
  home: string,
  port: number,
  options: { logFile?: string; flags?: readonly string[]; program?: string } = {},
): Promise<AbciServer> {
  const address = `tcp://127.0.0.1:${port}`;
  const { flags = [], ...process } = options;
  const p = trellisd(['start', '--home', home, '--with-comet=false', '--address', address, '--transport', 'socket', ...flags], process);
  const up = await waitFor('the ABCI socket', () => {
    if (p.exit() !== undefined) return 'ended' as const;
    return p.output().includes('serving the application') ? ('up' as const) : undefined;
  });
  if (up === 'ended') throw new Error(`trellisd start --with-comet=false ended:\n${p.output().slice(-3000)}`);
  return { process: p, address };
}

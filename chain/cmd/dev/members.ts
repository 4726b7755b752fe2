// The processes of a dev network of several validators: our own nodes, and Go CometBFT with our application behind the ABCI socket.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.ts';

export interface Member {
  readonly name: string;
  readonly kind: 'ts' | 'go';
  readonly home: string;
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly abciPort: number;
}

const LAUNCHER = fileURLToPath(new URL('../../../bin/trellisd.mjs', import.meta.url));
const STOP_MS = 15_000;

/** CometBFT's program: where shared/peers/install puts it, else on the PATH. Throws CliError with what to do. */
export function cometbftProgram(environment: Readonly<Record<string, string | undefined>>): string {
  const peers = environment.TRELLIS_PEERS ?? join(homedir(), '.cache/trellis-peers');
  const candidates = [join(peers, 'bin/cometbft'), ...(environment.PATH ?? '').split(delimiter).map((d) => join(d, 'cometbft'))];
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new CliError('--go needs CometBFT v0.40.0: install Go and run "go install github.com/cometbft/cometbft/cmd/cometbft@v0.40.0", or leave --go out', 1);
}

/** Children of one network: started with their output in a file, ended by their own ids, and never left behind. */
export class Members {
  readonly #children = new Map<ChildProcess, string>();
  readonly #onExit: (name: string, how: string) => void;
  #stopping = false;

  constructor(onExit: (name: string, how: string) => void) {
    this.#onExit = onExit;
    process.once('exit', () => {
      for (const child of this.#children.keys()) child.kill('SIGKILL');
    });
  }

  #run(name: string, command: string, args: readonly string[], logFile: string): void {
    const log = openSync(logFile, 'a');
    // A group of their own: Ctrl-C on the terminal is this process's to handle, for all of them.
    const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    this.#children.set(child, name);
    child.on('error', (e) => this.#ended(child, e.message));
    child.on('exit', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`));
  }

  #ended(child: ChildProcess, how: string): void {
    const name = this.#children.get(child);
    if (name === undefined) return;
    this.#children.delete(child);
    if (!this.#stopping) this.#onExit(name, how);
  }

  start(m: Member, flags: readonly string[], cometbft: string | undefined): void {
    if (m.kind === 'ts') {
      this.#run(m.name, process.execPath, [LAUNCHER, 'start', '--home', m.home, ...flags], `${m.home}/node.log`);
      return;
    }
    const address = `tcp://127.0.0.1:${m.abciPort}`;
    this.#run(
      `${m.name}'s application`,
      process.execPath,
      [LAUNCHER, 'start', '--home', m.home, '--with-comet=false', '--address', address],
      `${m.home}/application.log`,
    );
    this.#run(m.name, cometbft as string, ['start', '--home', m.home], `${m.home}/node.log`);
  }

  get running(): number {
    return this.#children.size;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const all = [...this.#children.keys()];
    for (const child of all) child.kill('SIGTERM');
    const timer = setTimeout(() => {
      for (const child of all) child.kill('SIGKILL');
    }, STOP_MS);
    await Promise.all(
      all.map((child) => (child.exitCode !== null || child.signalCode !== null ? undefined : new Promise((resolve) => child.once('exit', resolve)))),
    );
    clearTimeout(timer);
  }
}

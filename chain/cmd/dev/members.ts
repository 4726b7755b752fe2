// The processes of a dev network of several validators: started with their output in a file, ended by their own ids, and never left behind:
// when this process is gone they notice it and end too.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.ts';
import type { FromValidator, Listening, ToValidator } from './messages.ts';

export type Kind = 'ts' | 'go';

const PROGRAM = fileURLToPath(import.meta.url).replace(/members(\.\w+)$/, 'validator-process$1');
/** As bin/trellisd.mjs sets it; and room for what loading the program allocates, so that it is not copied about. */
const HEAP_FLAGS = ['--heap-growing-percent=60', '--min-semi-space-size=8'];
const STOP_MS = 15_000;

/** CometBFT's program: where shared/peers/install puts it, else on the PATH. Throws CliError with what to do. */
export function cometbftProgram(environment: Readonly<Record<string, string | undefined>>): string {
  const peers = environment.TRELLIS_PEERS ?? join(homedir(), '.cache/trellis-peers');
  const candidates = [join(peers, 'bin/cometbft'), ...(environment.PATH ?? '').split(delimiter).map((d) => join(d, 'cometbft'))];
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new CliError('--go needs CometBFT v0.40.0: install Go and run "go install github.com/cometbft/cometbft/cmd/cometbft@v0.40.0", or leave --go out', 1);
}

/** The process of one validator. */
export class Member {
  readonly name: string;
  readonly kind: Kind;
  readonly home: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #reason: string | undefined;
  #end: string | undefined;
  #listening: Listening | undefined;
  /** Resolves when its program is loaded, or it has ended. */
  readonly loaded: Promise<void>;

  /** `hasDoors`: it will serve gRPC and REST too. */
  constructor(name: string, kind: Kind, home: string, hasDoors: boolean, on: { message(member: Member, m: FromValidator): void; end(member: Member): void }) {
    this.name = name;
    this.kind = kind;
    this.home = home;
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const log = openSync(this.logFile, 'a');
    const cache = getCompileCacheDir();
    // A group of their own: Ctrl-C on the terminal is the parent's to handle, for all of them.
    this.#child = spawn(process.execPath, [...HEAP_FLAGS, PROGRAM, home, ...(hasDoors ? ['doors'] : [])], {
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
      env: { ...process.env, ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }) },
    });
    closeSync(log);
    let onLoaded: () => void = () => undefined;
    this.loaded = new Promise((resolve) => {
      onLoaded = resolve;
    });
    let onEnded: () => void = () => undefined;
    this.#ended = new Promise((resolve) => {
      onEnded = resolve;
    });
    const ended = (how: string): void => {
      if (this.#end !== undefined) return;
      this.#end = this.#reason ?? how;
      onLoaded();
      onEnded();
      on.end(this);
    };
    this.#child.on('error', (e) => ended(e.message));
    this.#child.on('exit', (code, signal) => ended(signal === null ? `exit code ${code}` : `killed by ${signal}`));
    this.#child.on('message', (m: FromValidator) => {
      if (m.type === 'loaded') onLoaded();
      if (m.type === 'failed') this.#reason = m.reason;
      if (m.type === 'listening') this.#listening = m;
      on.message(this, m);
    });
  }

  /** What this process writes; of Go CometBFT too. */
  get logFile(): string {
    return join(this.home, this.kind === 'go' ? 'application.log' : 'node.log');
  }

  get listening(): Listening | undefined {
    return this.#listening;
  }

  /** How it ended; undefined while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  tell(message: ToValidator): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}

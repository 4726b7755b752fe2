// A child process with its output kept, ended by its own id, and never left behind when the parent ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Undefined while it runs. */
  exit(): Exit | undefined;
  /** What it printed so far, both streams, the last 256 KiB. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after 15 s. */
  stop(): Promise<Exit>;
  kill(): Promise<Exit>;
}

const OUTPUT_MAX = 262_144;
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill('SIGKILL');
    process.exit(1);
  });
}

export function startProcess(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; logFile?: string } = {},
): RunningProcess {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  running.add(child);
  let output = '';
  let exit: Exit | undefined;
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_MAX);
    if (options.logFile === undefined) return;
    try {
      appendFileSync(options.logFile, chunk);
    } catch {
      // The log may be on the disk that a check has filled; what was said is in the output all the same.
    }
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<Exit>((resolve) => {
    child.on('error', (e) => {
      output += String(e);
      running.delete(child);
      exit = { code: -1, signal: null };
      resolve(exit);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      exit = { code, signal };
      resolve(exit);
    });
  });
  return {
    pid: child.pid ?? -1,
    exited,
    exit: () => exit,
    output: () => output,
    signal: (s) => {
      if (exit === undefined) child.kill(s);
    },
    async stop() {
      if (exit === undefined) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const e = await exited;
      clearTimeout(timer);
      return e;
    },
    async kill() {
      if (exit === undefined) child.kill('SIGKILL');
      return exited;
    },
  };
}

/** Runs to the end; throws with the output where the exit code is not 0. */
export async function runProcess(command: string, args: readonly string[], options: { env?: Record<string, string>; cwd?: string } = {}): Promise<string> {
  const p = startProcess(command, args, options);
  const { code, signal } = await p.exited;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}:\n${p.output().slice(-4000)}`);
  return p.output();
}

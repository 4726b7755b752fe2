// The command line inside the test's own process: what was printed, and the exit code.
import type { CliIo } from '../../chain/cmd/io.ts';
import { runCli } from '../../chain/cmd/program.ts';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliInput {
  /** Lines that stdin gives. */
  readonly stdin?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function cli(args: readonly string[], { stdin = [], environment = {} }: CliInput = {}): Promise<CliResult> {
  const lines = [...stdin];
  const out: string[] = [];
  const err: string[] = [];
  const io: CliIo = {
    environment,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    readLine: () => lines.shift(),
    readAll: () => lines.splice(0).join('\n'),
    readSecret: () => lines.shift() ?? '',
    interactive: false,
  };
  const code = await runCli(args, io);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

// `trellisd dev` as a child process: what most checks against peers run beside.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DevInfo } from '../../chain/node/dev-info.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { waitFor } from './wait.ts';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const launcherProgram: string = join(repository, 'bin/trellisd.mjs');

export interface DevChain {
  readonly home: string;
  readonly info: DevInfo;
  readonly process: RunningProcess;
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `trellis-${name}-`));
}

/** `program`: another file than the launcher that understands the same arguments. */
export function trellisd(args: readonly string[], options: { logFile?: string; env?: Record<string, string>; program?: string } = {}): RunningProcess {
  const { program = launcherProgram, ...rest } = options;
  return startProcess(process.execPath, [program, ...args], rest);
}

interface DevChainOptions {
  readonly home?: string;
  readonly flags?: readonly string[];
  readonly env?: Record<string, string>;
  /** Another file than the launcher that understands the same arguments. */
  readonly program?: string;
  /** As many validators as the flags, the home or the command's default say. Default: one, in one process. */
  readonly isNetwork?: boolean;
}

/** Starts the dev network and waits until it has written dev.json, i.e. until its first block. */
export async function startDevChain(options: DevChainOptions = {}): Promise<DevChain> {
  const home = options.home ?? temporaryFolder('dev');
  const infoFile = join(home, 'dev.json');
  rmSync(infoFile, { force: true });
  const env = options.env === undefined ? {} : { env: options.env };
  const count = options.isNetwork === true ? [] : ['--validators', '1'];
  const p = trellisd(['dev', '--home', home, ...count, ...(options.flags ?? [])], {
    logFile: `${home}.log`,
    ...env,
    ...(options.program === undefined ? {} : { program: options.program }),
  });
  try {
    const info = await waitFor(
      'dev.json of the dev network',
      () => {
        if (p.exit() !== undefined) return 'ended' as const;
        return JSON.parse(readFileSync(infoFile, 'utf8')) as DevInfo;
      },
      60_000,
    );
    if (info === 'ended') throw new Error('trellisd dev ended before its first block');
    return { home, info, process: p };
  } catch (e) {
    await p.kill();
    throw new Error(`${(e as Error).message}\n${p.output().slice(-3000)}`);
  }
}

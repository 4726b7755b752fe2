// Runs until a signal or a failure: Ctrl-C and SIGTERM end cleanly, a second one at once. After a failure the process ends in any case.
import { PlannedHalt, ProgramHalt } from '../abci/application.ts';
import { CliError } from './errors.ts';
import type { CliIo } from './io.ts';

export interface Stoppable {
  readonly failed: Promise<unknown>;
  stop(): Promise<void>;
}

/** What cannot be stopped in an orderly way after a failure, as on a full disk, is left behind after so long. */
const FAILED_STOP_MS = 10_000;

/** The exit code. */
export async function untilStopped(running: Stoppable, io: CliIo): Promise<0 | 1> {
  let onSignal: () => void = () => undefined;
  const signalled = new Promise<'signal'>((resolve) => {
    let asked = false;
    onSignal = () => {
      if (asked) process.exit(1);
      asked = true;
      resolve('signal');
    };
  });
  for (const s of ['SIGINT', 'SIGTERM'] as const) process.on(s, onSignal);
  const end = await Promise.race([signalled, running.failed]);
  const isPlanned = end === 'signal' || (end instanceof PlannedHalt && !(end instanceof ProgramHalt));
  // The text alone on its line: supervisors look for it, whatever the form of the log.
  if (end instanceof ProgramHalt) io.err(end.message);
  else if (end instanceof PlannedHalt) io.err(`trellisd: ${end.message}: this node has stopped; remove the setting to go on`);
  else if (end !== 'signal') {
    const reason = end instanceof Error ? end.message : String(end);
    io.err(`trellisd: ${end instanceof CliError ? '' : 'consensus has failed: '}${reason}`);
    setTimeout(() => process.exit(1), FAILED_STOP_MS).unref();
  }
  try {
    await running.stop();
  } catch (e) {
    io.err(`trellisd: ${(e as Error).message}`);
    return 1;
  }
  return isPlanned ? 0 : 1;
}

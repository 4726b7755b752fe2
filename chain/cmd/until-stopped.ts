// Runs until a signal or a failure: Ctrl-C and SIGTERM end cleanly, a second one at once.
import type { CliIo } from './io.ts';

export interface Stoppable {
  readonly failed: Promise<unknown>;
  stop(): Promise<void>;
}

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
  try {
    await running.stop();
  } catch (e) {
    io.err(`trellisd: ${(e as Error).message}`);
    return 1;
  }
  if (end === 'signal') return 0;
  io.err(`trellisd: consensus has failed: ${end instanceof Error ? end.message : String(end)}`);
  return 1;
}

// trellisd: the only reader of process.argv and process.env.
import { processIo } from './io.ts';
import { runCli } from './program.ts';

// A pipe that is closed early, as by `| head`, is no error of ours.
process.stdout.on('error', (e: NodeJS.ErrnoException) => {
  if (e.code !== 'EPIPE') throw e;
  process.exit(0);
});

process.exitCode = await runCli(process.argv.slice(2), processIo());

// A process that measures one simulated network after another: a simulation takes over the clock and the timers of its process.
import { measureRun, type RunSpec } from './run.ts';

process.on('message', (spec) => {
  measureRun(spec as RunSpec).then(
    (result) => process.send?.({ result }),
    (e: unknown) => process.send?.({ error: e instanceof Error ? e.message : String(e) }),
  );
});
process.on('disconnect', () => process.exit());

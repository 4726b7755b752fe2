// Long work in slices: votes, timers and requests are served between them.

/** Longest time of work without a break. */
const SLICE_MS = 4;

/** Call the result between pieces of work: it returns at once until a slice is used up, then lets the event loop turn once. */
export function breathe(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}

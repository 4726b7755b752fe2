// Ctrl-C and SIGTERM: the first asks for an orderly stop, a second one ends the process at once.

const EXIT_INTERRUPTED = 130;

/** Resolves at the first signal. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(EXIT_INTERRUPTED);
      asked = true;
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

// Start and stop order of a node's parts: started in the order given, stopped in reverse; a part that fails to start stops those before it.

export interface Startable {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function inOrder(parts: readonly (readonly [name: string, part: Startable])[]): Startable {
  const running: (readonly [string, Startable])[] = [];
  const stop = async (): Promise<void> => {
    const failures: string[] = [];
    for (const [name, part] of running.splice(0).reverse()) {
      try {
        await part.stop();
      } catch (e) {
        failures.push(`${name}: ${(e as Error).message}`);
      }
    }
    if (failures.length > 0) throw new Error(`stopping failed: ${failures.join('; ')}`);
  };
  return {
    async start() {
      for (const entry of parts) {
        try {
          await entry[1].start();
          running.push(entry);
        } catch (e) {
          await stop().catch(() => undefined);
          throw e;
        }
      }
    },
    stop,
  };
}

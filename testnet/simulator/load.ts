// Transactions of clients: at random moments, at random nodes, as the state there allows.
import type { SimNode } from './node.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** `perSecond` transactions on the whole; refusals and losses are the clients' business. */
export function startLoad(time: VirtualTime, nodes: readonly SimNode[], perSecond: number, random: Random): void {
  if (perSecond <= 0) return;
  const next = (): void => {
    time.after((random.float() * 2 * 1_000_000) / perSecond, time.world, () => {
      next();
      const { process, engine, app } = random.pick(nodes);
      if (process === undefined || engine === undefined || app === undefined) return;
      time.after(0, process, () => {
        void app.transaction(random).then((tx) => (tx === undefined ? undefined : engine.mempool.checkTx(tx).catch(() => undefined)));
      });
    });
  };
  next();
}

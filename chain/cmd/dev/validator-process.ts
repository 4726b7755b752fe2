// The process of one validator of a dev network (many.ts starts it): loads the program, waits to be told its home, then runs a node, or the
// application with Go CometBFT beside it. It ends in an orderly way on SIGTERM and when its parent is gone.
import { flushCompileCache } from 'node:module';
import { PlannedHalt } from '../../abci/application.ts';
import { installNative } from '../../native/install.ts';
import type { FromValidator, ToValidator } from './messages.ts';
import { runNode } from './run-node.ts';

export interface Validator {
  readonly failed: Promise<unknown>;
  onPeer(peer: Extract<ToValidator, { type: 'peer' }>): void;
  stop(): Promise<void>;
}

/** Nobody hears it once the parent is gone. */
const tell = (message: FromValidator): void => {
  if (process.connected) process.send?.(message, () => undefined);
};

let running: Promise<Validator> | undefined;
let stopping = false;

async function stop(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  try {
    await (await running)?.stop();
  } catch (e) {
    console.error((e as Error).message);
    process.exit(1);
  }
  process.exit(exitCode);
}

async function fail(e: unknown): Promise<void> {
  if (stopping) return;
  const reason = (e instanceof Error ? e.message : String(e)).replace(/\s*\n\s*/g, ' ');
  console.error(reason);
  tell({ type: 'failed', reason });
  await stop(e instanceof PlannedHalt ? 0 : 1);
}

process.on('SIGTERM', () => void stop(0));
process.on('SIGINT', () => void stop(0));
process.on('disconnect', () => void stop(0));
process.on('message', (message: ToValidator) => {
  if (message.type === 'peer') {
    void running?.then((v) => v.onPeer(message)).catch(() => undefined);
    return;
  }
  running = message.cometbft === undefined ? runNode(message, tell) : import('./run-go.ts').then(({ runGo }) => runGo(message, tell));
  running
    .then(({ failed }) => failed.then(fail))
    .catch((e: unknown) => {
      running = undefined;
      return fail(e);
    });
});

installNative((text) => console.error(text));
// What createNode imports when it is configured, before it is asked for.
await import('../../node/network.ts');
if (process.argv[3] === 'doors') await Promise.all([import('../../rpc/grpc/server.ts'), import('../../rpc/rest/server.ts')]);
flushCompileCache();
tell({ type: 'loaded' });

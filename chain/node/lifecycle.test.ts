import { expect, test } from 'vitest';
import { inOrder } from './lifecycle.ts';
import { createLogger } from './logger.ts';

function parts(log: string[], failing?: string): [string, { start(): Promise<void>; stop(): Promise<void> }][] {
  return ['a', 'b', 'c'].map((name) => [
    name,
    {
      async start() {
        if (name === failing) throw new Error(`${name} cannot start`);
        log.push(`start ${name}`);
      },
      async stop() {
        log.push(`stop ${name}`);
      },
    },
  ]);
}

test('parts start in order and stop in reverse, once', async () => {
  const log: string[] = [];
  const all = inOrder(parts(log));
  await all.start();
  await all.stop();
  await all.stop();
  expect(log).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
});

test('a part that cannot start stops those before it and says why', async () => {
  const log: string[] = [];
  await expect(inOrder(parts(log, 'c')).start()).rejects.toThrow('c cannot start');
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});

test('log records: plain quotes what needs it, JSON keeps big numbers as text, levels below are left out', () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'plain', write: (l) => lines.push(l) }).module('mempool');
  log.debug('unseen');
  log.warn('refused', { height: 7n, err: 'tx "x" too large', peer: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\d{4}-.*Z WARN {2}mempool: refused height=7 err="tx \\"x\\" too large"\n$/);
  createLogger({ level: 'debug', format: 'json', write: (l) => lines.push(l) }).info('block', { height: 7n });
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 'info', message: 'block', height: '7' });
});

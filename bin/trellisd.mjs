#!/usr/bin/env node
// The launcher: runs chain/cmd/main.ts, in a package its JavaScript, on the pinned Node (the npm package `node`), with Node's compile cache on. Under a Node that is
// new enough it imports the program at once; otherwise it starts the pinned one and passes on signals and the exit code.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const NODE_MAJOR_MIN = 24;
// Old objects of a loaded node are those of the last block: a heap that waits until it is four times what lives only costs memory.
const heapFlag = '--heap-growing-percent=60';
const root = fileURLToPath(new URL('..', import.meta.url));
const main = [join(root, 'chain', 'cmd', 'main.ts'), join(root, 'dist', 'chain', 'cmd', 'main.js')].find((file) => existsSync(file));
const cache = join(root, 'node_modules', '.cache', 'compile');

function pinnedNode() {
  try {
    const folder = dirname(module.createRequire(import.meta.url).resolve('node/package.json'));
    return [join(folder, 'bin', 'node'), join(folder, 'bin', 'node.exe')].find((file) => existsSync(file));
  } catch {
    return undefined;
  }
}

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  module.enableCompileCache(cache);
  setFlagsFromString(heapFlag);
  await import(main);
} else {
  const node = pinnedNode();
  if (node === undefined) {
    console.error(`trellisd: needs Node ${NODE_MAJOR_MIN}, this is ${process.version}; run "npm install" in ${root} to get the pinned one`);
    process.exit(1);
  }
  const args = [heapFlag, main, ...process.argv.slice(2)];
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cache };
  if (typeof process.execve === 'function') process.execve(node, [node, ...args], env);
  const child = spawn(node, args, { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to the whole group, so the child has it already; the others are passed on. Either way the child decides when to end.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('error', (e) => {
    console.error(`trellisd: ${e.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0)));
}

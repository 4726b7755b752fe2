// A validator with Go CometBFT: our application behind the ABCI socket in this process, CometBFT as a child of it, which ends with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { socketServer } from '../../abci/socket/server.ts';
import { SignaturePool } from '../../native/signature-pool.ts';
import { loadNodeConfig, type NodeConfig } from '../../node/config/config.ts';
import { readGenesisFile } from '../../node/genesis-file.ts';
import { peerIdOfKey } from '../../p2p/libp2p/peer-id.ts';
import { loadNodeKey } from '../../privval/node-key.ts';
import { openApplication } from '../application.ts';
import { CHAIN } from '../cli.ts';
import { processIo } from '../io.ts';
import { packageJson } from '../version.ts';
import { freePort } from './free-port.ts';
import type { FromValidator, Ports, Run } from './messages.ts';
import type { Validator } from './validator-process.ts';

const TRIES_MAX = 4;
const POLL_MS = 50;
const STOP_MS = 10_000;
const POLL_TIMEOUT_MS = 1000;

interface Application {
  readonly address: string;
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

async function serveApplication(config: NodeConfig): Promise<Application> {
  const pool = new SignaturePool({ threads: 1 });
  const { doc } = readGenesisFile(config.files.genesis);
  const opened = await openApplication({
    config,
    chainId: doc.chainId,
    version: packageJson().version,
    bech32Prefix: CHAIN.bech32Prefix,
    verifyBatch: (items, o) => pool.verifyBatch(items, o),
  });
  let onFatal: (e: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    onFatal = resolve;
  });
  const close = async (): Promise<void> => {
    await opened.close();
    await pool.close();
  };
  for (let i = 1; ; i++) {
    const address = `tcp://127.0.0.1:${await freePort(0)}`;
    const server = socketServer({ app: opened.application, address, onFatal });
    try {
      await server.start();
    } catch (e) {
      if (i < TRIES_MAX && (e as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      await close();
      throw e;
    }
    return { address, failed, stop: () => server.stop().then(close) };
  }
}

interface Engine {
  readonly ports: Ports;
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Resolves when it ends, with how. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (e) => resolve(e.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/status`, { signal: AbortSignal.timeout(POLL_TIMEOUT_MS) })).ok;
  } catch {
    return false;
  }
}

/** undefined: another program was quicker to take one of the ports. */
async function startEngine(cometbft: string, home: string, application: string, ports: Ports): Promise<Engine | undefined> {
  const logFile = join(home, 'node.log');
  const log = openSync(logFile, 'a');
  const begin = statSync(logFile).size;
  const args = ['start', '--home', home, '--proxy_app', application];
  const at = ['--rpc.laddr', `tcp://127.0.0.1:${ports.rpc}`, '--p2p.laddr', `tcp://127.0.0.1:${ports.p2p}`];
  const child = spawn(cometbft, [...args, ...at], { stdio: ['ignore', log, log] });
  closeSync(log);
  process.once('exit', () => child.kill('SIGKILL'));
  let end: string | undefined;
  const ended = endOf(child).then((how) => {
    end = how;
    return how;
  });
  while (end === undefined && !(await answers(ports.rpc))) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  if (end !== undefined) {
    const said = readFileSync(logFile).subarray(begin).toString();
    if (/address already in use/.test(said)) return undefined;
    throw new Error(`Go CometBFT did not start (${end}): ${said.trim().split('\n').at(-1)}`);
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  };
  return { ports, ended, stop };
}

export async function runGo(run: Run, tell: (m: FromValidator) => void): Promise<Validator> {
  const config = loadNodeConfig({ home: run.home, environment: processIo().environment, flags: new Map(run.settings) });
  const application = await serveApplication(config);
  let engine: Engine | undefined;
  try {
    let ports = run.ports;
    for (let i = 0; engine === undefined; i++) {
      if (i === TRIES_MAX) throw new Error('Go CometBFT finds no free port on 127.0.0.1');
      engine = await startEngine(run.cometbft as string, run.home, application.address, ports);
      const rpc = await freePort(0);
      ports = { rpc, p2p: await freePort(0, [rpc]), doors: undefined };
    }
  } catch (e) {
    await application.stop();
    throw e;
  }
  const { ports, ended, stop } = engine;
  tell({ type: 'listening', ports, peerId: peerIdOfKey(loadNodeKey(config.files.nodeKey).privateKey.value) });
  return {
    failed: Promise.race([application.failed, ended.then((how) => new Error(`Go CometBFT has ended (${how})`))]),
    // CometBFT dials the peers of its config.toml, which are all.
    onPeer: () => undefined,
    stop: () => stop().then(() => application.stop()),
  };
}

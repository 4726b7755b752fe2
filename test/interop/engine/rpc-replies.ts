// Our RPC over the stores of the replica, and its answers beside those of the Go node for the same chain.
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_CONSENSUS_CONFIG } from '../../../chain/consensus/config.ts';
import { Engine } from '../../../chain/engine/engine.ts';
import { DEFAULT_MEMPOOL_CONFIG } from '../../../chain/mempool/mempool.ts';
import { createBackend } from '../../../chain/node/backend.ts';
import { createCometRpc } from '../../../chain/rpc/comet/server.ts';
import type { GenesisDoc } from '../../../chain/types/genesis-doc.ts';
import type { PublicKey } from '../../../chain/types/public-key.ts';
import { firstDifference } from '../../checks.ts';
import type { Replica } from './replica.ts';
import { ask, type RpcAnswer, type RpcCall } from './rpc-calls.ts';

export interface ServedReplica {
  readonly base: string;
  stop(): Promise<void>;
}

const silent = (): void => undefined;

/** The stores of the replica behind our RPC, by a node that does not validate. */
export async function serveReplica(replica: Replica, genesis: GenesisDoc, genesisJson: string, walFile: string): Promise<ServedReplica> {
  const publicKey = genesis.validators[0]?.pubKey as PublicKey;
  const engine = await Engine.open({
    genesis,
    db: replica.db,
    application: replica.app,
    privValidator: undefined,
    walFile,
    config: {
      consensus: DEFAULT_CONSENSUS_CONFIG,
      mempool: DEFAULT_MEMPOOL_CONFIG,
      blockTimeTolerance: 60_000_000_000n,
      doubleSignCheckHeight: 0n,
      index: true,
      version: 'replica',
    },
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    onFailure: silent,
  });
  const unused = (): never => {
    throw new Error('not served here');
  };
  const backend = createBackend({
    application: replica.app,
    appDoor: { services: [], grpc: unused, requireDecodable: unused, simulate: unused },
    engine,
    genesisJson,
    nodeInfo: () => ({
      protocolVersion: { p2p: 8n, block: 11n, app: engine.state.version.app },
      id: '00'.repeat(20),
      listenAddr: 'tcp://127.0.0.1:1',
      network: genesis.chainId,
      version: 'replica',
      channels: new Uint8Array([0x40]),
      moniker: 'replica',
      txIndex: 'on',
      rpcAddress: 'tcp://127.0.0.1:2',
    }),
    publicKey,
    nodeConfig: {
      minimumGasPrices: '',
      pruningKeepRecent: '0',
      pruningInterval: '0',
      haltHeight: 0n,
      bech32Prefix: 'trellis',
      appName: 'trellis',
      appVersion: '',
      cosmosSdkVersion: '',
    },
    unsafe: false,
  });
  await engine.start();
  const rpc = createCometRpc({ backend, host: '127.0.0.1', port: 0 });
  await rpc.start();
  return {
    base: `http://127.0.0.1:${rpc.port}`,
    stop: async () => {
      await rpc.stop();
      await engine.stop();
    },
  };
}

/** What remains of a value when only its form counts: field names and types; a list is the form of its first element. */
function shape(v: unknown): unknown {
  if (Array.isArray(v)) return v.length === 0 ? [] : [shape(v[0])];
  if (typeof v === 'object' && v !== null) return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, shape(x)]));
  return v === null ? null : typeof v;
}

export interface RpcComparison {
  /** Byte by byte. */
  readonly equal: number;
  readonly shapes: number;
  readonly differences: string[];
}

export async function recordAnswers(base: string, calls: readonly RpcCall[]): Promise<Answers> {
  const answers: RpcAnswer[] = [];
  for (const c of calls) answers.push(await ask(base, c));
  return { base, answers };
}

/** Go's JSON decoder words what it does not like in its own way, and prints raw bytes after these words. */
const DECODER = /("data":"error (?:unmarshaling request|converting (?:json|http) params to arguments)): (?:[^"\\]|\\.)*"/g;

/** The answer without what two nodes cannot have alike: their own address, and the words of Go's JSON decoder. */
function comparable(a: RpcAnswer, base: string): RpcAnswer {
  const text = a.text.replaceAll(base.replace('http://', ''), 'HOST').replace(DECODER, '$1"');
  return { ...a, text };
}

/** As JSON, so that a difference has a path. */
function parsed(a: RpcAnswer): unknown {
  try {
    return { ...a, text: JSON.parse(a.text) };
  } catch {
    return a;
  }
}

export interface Answers {
  readonly base: string;
  readonly answers: readonly RpcAnswer[];
}

export function compareAnswers(calls: readonly RpcCall[], ours: Answers, theirs: Answers): RpcComparison {
  const differences: string[] = [];
  let [equal, shapes] = [0, 0];
  for (const [i, call] of calls.entries()) {
    const [a, b] = [comparable(ours.answers[i] as RpcAnswer, ours.base), comparable(theirs.answers[i] as RpcAnswer, theirs.base)];
    const same = call.shapeOnly === true ? isDeepStrictEqual(shape(parsed(a)), shape(parsed(b))) : isDeepStrictEqual(a, b);
    if (!same) {
      const [x, y] = call.shapeOnly === true ? [shape(parsed(a)), shape(parsed(b))] : [parsed(a), parsed(b)];
      differences.push(`${call.name}: ${firstDifference(x, y) ?? `the same JSON in other bytes: ${a.text.slice(0, 300)} / ${b.text.slice(0, 300)}`}`);
    } else if (call.shapeOnly === true) shapes++;
    else equal++;
  }
  return { equal, shapes, differences };
}

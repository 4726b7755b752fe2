// What the node is and where it stands (cmt:rpc/core/{health,status,net}.go).
import { formatTime, type Time } from '../../../encoding/time.ts';
import { addressOfKey } from '../../../types/validator-address.ts';
import type { Backend, BlockMeta, NodeInfo, PeerInfo } from '../../backend.ts';
import { hex, publicKeyToJson } from '../json/chain.ts';
import { RawJson } from '../json/text.ts';
import { type MethodTable, method } from '../method.ts';
import { uint } from '../params.ts';
import { latestUncommitted } from './heights.ts';

export const GENESIS_CHUNK_BYTES = 16 * 1024 * 1024;
const EPOCH: Time = 0n;

export function nodeInfoJson(n: NodeInfo) {
  return {
    protocol_version: { p2p: n.protocolVersion.p2p.toString(), block: n.protocolVersion.block.toString(), app: n.protocolVersion.app.toString() },
    id: n.id,
    listen_addr: n.listenAddr,
    network: n.network,
    version: n.version,
    channels: hex(n.channels),
    moniker: n.moniker,
    other: { tx_index: n.txIndex, rpc_address: n.rpcAddress },
  };
}

const NO_FLOW = {
  Start: '0001-01-01T00:00:00Z',
  Bytes: '0',
  Samples: '0',
  InstRate: '0',
  CurRate: '0',
  AvgRate: '0',
  PeakRate: '0',
  BytesRem: '0',
  Duration: '0',
  Idle: '0',
  TimeRem: '0',
  Progress: 0,
  Active: false,
};

/** The flow counters belong to CometBFT's own TCP transport; over libp2p they are zero there too. */
function peerJson(p: PeerInfo) {
  return {
    node_info: nodeInfoJson(p.nodeInfo),
    is_outbound: p.isOutbound,
    connection_status: { Duration: p.connectedFor.toString(), SendMonitor: NO_FLOW, RecvMonitor: NO_FLOW, Channels: null },
    remote_ip: p.remoteIp,
  };
}

function syncPart(prefix: 'latest' | 'earliest', height: bigint, meta: BlockMeta | undefined) {
  return {
    [`${prefix}_block_hash`]: meta === undefined ? '' : hex(meta.blockId.hash),
    [`${prefix}_app_hash`]: meta === undefined ? '' : hex(meta.header.appHash),
    [`${prefix}_block_height`]: height.toString(),
    [`${prefix}_block_time`]: formatTime(meta?.header.time ?? EPOCH),
  };
}

async function status(backend: Backend) {
  const { chain, consensus } = backend;
  const { base, height } = chain;
  const [latest, earliest, validators] = await Promise.all([
    height === 0n ? undefined : chain.meta(height),
    base === 0n ? undefined : chain.meta(base),
    chain.validators(latestUncommitted(backend)),
  ]);
  const key = consensus.publicKey;
  const address = key && addressOfKey(key);
  return {
    node_info: nodeInfoJson(backend.network.nodeInfo()),
    sync_info: {
      ...syncPart('latest', height, latest),
      ...syncPart('earliest', earliest === undefined ? 0n : base, earliest),
      catching_up: consensus.catchingUp,
    },
    validator_info: {
      address: address === undefined ? '' : hex(address),
      pub_key: key === undefined ? null : publicKeyToJson(key),
      voting_power: (address === undefined ? 0n : (validators?.getByAddress(address)?.validator.votingPower ?? 0n)).toString(),
    },
  };
}

/** The genesis text in pieces; split once. */
const chunksOf = new WeakMap<object, readonly Buffer[]>();
function genesisChunks(genesis: Backend['genesis']): readonly Buffer[] {
  let chunks = chunksOf.get(genesis);
  if (chunks === undefined) {
    const whole = Buffer.from(genesis.json, 'utf8');
    const list: Buffer[] = [];
    for (let at = 0; at < whole.length; at += GENESIS_CHUNK_BYTES) list.push(whole.subarray(at, at + GENESIS_CHUNK_BYTES));
    chunks = list;
    chunksOf.set(genesis, chunks);
  }
  return chunks;
}

export const infoMethods: MethodTable = {
  health: method({}, () => ({})),

  status: method({}, (_, { backend }) => status(backend)),

  net_info: method({}, (_, { backend: { network } }) => {
    const peers = network.peers();
    return { listening: network.listening, listeners: network.listeners, n_peers: peers.length.toString(), peers: peers.map(peerJson) };
  }),

  genesis: method(
    {},
    (_, { backend: { genesis } }) => {
      if (genesisChunks(genesis).length > 1) throw new Error('genesis response is large, please use the genesis_chunked API instead');
      return new RawJson(`{"genesis":${genesis.json}}`);
    },
    { cacheable: true },
  ),

  genesis_chunked: method(
    { chunk: uint },
    ({ chunk }, { backend: { genesis } }) => {
      const chunks = genesisChunks(genesis);
      const data = chunk < BigInt(chunks.length) ? chunks[Number(chunk)] : undefined;
      if (data === undefined) throw new Error(`there are ${chunks.length - 1} chunks, ${chunk} is invalid`);
      return { chunk: chunk.toString(), total: chunks.length.toString(), data: data.toString('base64') };
    },
    { cacheable: true },
  ),
};

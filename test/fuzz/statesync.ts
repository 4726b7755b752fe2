// State sync against peers that send anything, and the light client's servers that answer anything: a peer's fault is PeerFault, a server's
// an error that names it, an offered snapshot's ErrSnapshot. The first byte chooses the door.
import { concatBytes, utf8 } from '../../chain/encoding/bytes.ts';
import { CHUNK_CHANNEL, SNAPSHOT_CHANNEL } from '../../chain/p2p/channel.ts';
import { type Peer, PeerFault } from '../../chain/p2p/reactor.ts';
import { StatesyncReactor } from '../../chain/statesync/reactor.ts';
import { RpcLightProvider } from '../../chain/statesync/rpc-provider.ts';
import { Syncer } from '../../chain/statesync/syncer.ts';
import { ErrSnapshot } from '../../chain/store/query-errors.ts';
import { decodeSnapshotInfo, encodeSnapshotInfo, fromOffered, offered } from '../../chain/store/snapshots/metadata.ts';
import { decodeStatesyncMessage, encodeStatesyncMessage, type StatesyncMessage } from '../../chain/types/messages/statesync.ts';
import type { FuzzTarget } from './target.ts';

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const never = (): Promise<never> => new Promise(() => undefined);
const hash = new Uint8Array(32).fill(7);
const info = { height: 5n, format: 3, chunks: 2, hash, metadata: { chunkHashes: [hash, hash] } };
const MESSAGES = 0;
const INFO = 1;
const REPLY = 2;

const MAX_CHUNKS = 100_000;
const entry = (channel: number, message: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(channel, message.length >> 8, message.length & 255), message);
const encode = (m: StatesyncMessage): Uint8Array => encodeStatesyncMessage(m);

function messages(input: Uint8Array): void {
  const application = {
    info: never,
    offerSnapshot: never,
    applySnapshotChunk: never,
    listSnapshots: async () => [offered(info)],
    loadSnapshotChunk: async () => ({ chunk: new Uint8Array(0) }),
  };
  const reactor = new StatesyncReactor({ application, maxChunks: MAX_CHUNKS, logger });
  const provider = { appHash: never, state: never, commit: never };
  const waits = { discoveryMs: 15_000, chunkRequestTimeoutMs: 10_000, chunkFetchers: 4, requestSnapshots: silent, requestChunk: silent };
  const syncer = new Syncer({ application, provider, ...waits, logger, clock: { now: () => 0, after: () => silent } });
  reactor.listen(syncer);
  const send = (_channel: number, bytes: Uint8Array): boolean => decodeStatesyncMessage(bytes, bytes.length, MAX_CHUNKS) !== undefined;
  const peer: Peer = { id: 'p', outbound: false, unconditional: false, send, deliver: async () => true, waiting: () => 0, drop: silent };
  reactor.addPeer(peer);
  for (let at = 0; at + 3 <= input.length; ) {
    const length = ((input[at + 1] as number) << 8) | (input[at + 2] as number);
    try {
      reactor.receive((input[at] as number) % 2 === 0 ? SNAPSHOT_CHANNEL : CHUNK_CHANNEL, peer, input.subarray(at + 3, at + 3 + length));
    } catch (e) {
      if (!(e instanceof PeerFault)) throw e;
    }
    at += 3 + length;
  }
}

function snapshotInfo(input: Uint8Array): void {
  try {
    const decoded = decodeSnapshotInfo(input);
    fromOffered(offered(decoded));
    fromOffered({ ...offered(decoded), metadata: input });
  } catch (e) {
    if (!ErrSnapshot.is(e)) throw e;
  }
}

async function reply(input: Uint8Array): Promise<void> {
  const provider = new RpcLightProvider('server:1', async () => new Response(input.slice()));
  for (const ask of [() => provider.lightBlock(5n), () => provider.consensusParams(5n)]) {
    try {
      await ask();
    } catch (e) {
      if (e instanceof TypeError || e instanceof RangeError || e instanceof ReferenceError) throw e;
    }
  }
}

const json = (result: unknown): Uint8Array => concatBytes(Uint8Array.of(REPLY), utf8(JSON.stringify({ jsonrpc: '2.0', id: -1, result })));
const validator = {
  address: '00'.repeat(20),
  pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.alloc(32, 1).toString('base64') },
  voting_power: '10',
  proposer_priority: '-3',
};

export const target: FuzzTarget = {
  name: 'statesync',
  corpus: () => [
    concatBytes(
      Uint8Array.of(MESSAGES),
      entry(0, encode({ case: 'snapshotsRequest', value: {} })),
      entry(0, encode({ case: 'snapshotsResponse', value: offered(info) })),
      entry(1, encode({ case: 'chunkRequest', value: { height: 5n, format: 3, index: 1 } })),
      entry(1, encode({ case: 'chunkResponse', value: { height: 5n, format: 3, index: 1, chunk: hash, missing: false } })),
      entry(1, encode({ case: 'chunkResponse', value: { height: 5n, format: 3, index: 1, chunk: new Uint8Array(0), missing: true } })),
    ),
    concatBytes(Uint8Array.of(INFO), encodeSnapshotInfo(info)),
    json({
      block_height: '5',
      validators: [validator],
      count: '1',
      total: '1',
      signed_header: { header: { height: '5', chain_id: 'c' }, commit: { height: '5', signatures: [] } },
    }),
    json({ consensus_params: { block: { max_bytes: '1', max_gas: '-1' }, validator: { pub_key_types: ['ed25519'] } } }),
    json(null),
  ],
  run: (input) => {
    const rest = input.subarray(1);
    const door = (input[0] ?? 0) % 3;
    if (door === MESSAGES) return messages(rest);
    return door === INFO ? snapshotInfo(rest) : reply(rest);
  },
};

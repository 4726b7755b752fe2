// Block sync against peers that send anything: an input is a row of messages of a few peers. A peer's fault is PeerFault, nothing else is
// thrown, the node goes on asking, and what it keeps stays bounded.
import { BlockPool, PENDING_MAX } from '../../chain/blocksync/pool.ts';
import { BlocksyncReactor, type SyncBlock, type SyncListener } from '../../chain/blocksync/reactor.ts';
import { encodeBlockResponse, encodeNoBlock, encodeRequest, encodeStatus, STATUS_REQUEST } from '../../chain/blocksync/wire.ts';
import { concatBytes } from '../../chain/encoding/bytes.ts';
import { BLOCKSYNC_CHANNEL } from '../../chain/p2p/channel.ts';
import { type Peer, PeerFault } from '../../chain/p2p/reactor.ts';
import { type Block, blockCodec, bodyHashes } from '../../chain/types/block.ts';
import { EMPTY_COMMIT } from '../../chain/types/commit.ts';
import { headerCodec } from '../../chain/types/header-codec.ts';
import { decodeBlocksyncMessage } from '../../chain/types/messages/blocksync.ts';
import type { FuzzTarget } from './target.ts';

const silent = (): void => undefined;
const PEERS = 4;
const STORED = 5n;

/** A well-formed block of a height; whether it belongs to a chain is not this target's matter. */
function block(height: bigint): Block {
  const hash = new Uint8Array(32).fill(1);
  const data = { txs: [new Uint8Array(3)] };
  const header = headerCodec.from({
    version: { block: 11n, app: 0n },
    chainId: 'c',
    height,
    time: 1n,
    validatorsHash: hash,
    nextValidatorsHash: hash,
    consensusHash: hash,
    lastResultsHash: hash,
    proposerAddress: hash.subarray(0, 20),
    ...bodyHashes(data, [], EMPTY_COMMIT),
  });
  return { header, data, evidence: [], lastCommit: EMPTY_COMMIT };
}
const encoded = (height: bigint): Uint8Array => encodeBlockResponse(blockCodec.encode(block(height)), undefined);

/** One message of a peer: its number, two bytes of length, the message. */
const entry = (peer: number, message: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(peer, message.length >> 8, message.length & 255), message);

class Node implements SyncListener {
  now = 1_800_000_000_000;
  readonly pool = new BlockPool<SyncBlock>({ startHeight: 1n, clock: () => this.now });
  readonly reactor: BlocksyncReactor;
  readonly peers = new Map<string, Peer>();

  constructor() {
    const blockStore = {
      base: 1n,
      height: STORED,
      loadBlockBytes: (h: bigint) => (h >= 1n && h <= STORED ? blockCodec.encode(block(h)) : undefined),
      loadExtendedCommit: () => undefined,
    };
    this.reactor = new BlocksyncReactor({
      blockStore: blockStore as never,
      extensionsAt: (h) => h === 3n,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
    });
    this.reactor.listen(this);
  }
  status(id: string, base: bigint, height: bigint): void {
    this.pool.setPeerRange(id, base, height);
  }
  expectsFrom(id: string): boolean {
    return this.pool.expectsFrom(id);
  }
  block(id: string, b: SyncBlock, bytes: number): string | undefined {
    return this.pool.addBlock(id, b.block.header.height, b, bytes);
  }
  noBlock(id: string, height: bigint): string | undefined {
    return this.pool.noBlock(id, height);
  }
  removed(id: string): void {
    this.pool.removePeer(id);
  }
  peer(id: string): Peer {
    let peer = this.peers.get(id);
    if (peer === undefined) {
      // What is sent must be a message.
      const send = (_channel: number, bytes: Uint8Array): boolean => decodeBlocksyncMessage(bytes) !== undefined;
      peer = { id, outbound: false, unconditional: false, send, deliver: async () => true, waiting: () => 0, drop: () => this.drop(id) };
      this.peers.set(id, peer);
      this.reactor.addPeer(peer);
    }
    return peer;
  }
  drop(id: string): void {
    const peer = this.peers.get(id);
    this.peers.delete(id);
    if (peer !== undefined) this.reactor.removePeer(peer);
  }
}

export const target: FuzzTarget = {
  name: 'blocksync',
  inputBytesMax: 16_384,
  corpus: () => [
    concatBytes(entry(0, encodeStatus(1n, 9n)), ...[1n, 2n, 3n, 4n, 5n].map((h) => entry(0, encoded(h)))),
    concatBytes(entry(0, encodeStatus(1n, 9n)), entry(1, encodeStatus(1n, 9n)), entry(0, encodeNoBlock(1n)), entry(1, encoded(1n)), entry(0, encoded(2n))),
    concatBytes(entry(0, encodeStatus(1n, 2000n)), entry(0, encodeStatus(1n, 100n)), entry(1, encodeStatus(0n, 0n)), entry(2, STATUS_REQUEST)),
    concatBytes(entry(0, encodeRequest(1n)), entry(1, encodeRequest(3n)), entry(2, encodeRequest(99n)), entry(3, encoded(1n))),
  ],
  run(input) {
    const node = new Node();
    for (let at = 0; at + 3 <= input.length; ) {
      const length = ((input[at + 1] as number) << 8) | (input[at + 2] as number);
      const id = `p${(input[at] as number) % PEERS}`;
      const message = input.subarray(at + 3, at + 3 + length);
      at += 3 + length;
      try {
        node.reactor.receive(BLOCKSYNC_CHANNEL, node.peer(id), message);
      } catch (e) {
        if (!(e instanceof PeerFault)) throw e;
        node.drop(id);
      }
      node.now += 100 + (input[at] ?? 0) * 10;
      const open = new Map<string, number>();
      for (const a of node.pool.work()) {
        if (a.type === 'drop') node.drop(a.peer);
        else open.set(a.peer, (open.get(a.peer) ?? 0) + 1);
      }
      for (const n of open.values()) if (n > PENDING_MAX) throw new Error(`${n} requests to one peer`);
      while (node.pool.peek(node.pool.height) !== undefined && node.pool.peek(node.pool.height + 1n) !== undefined) node.pool.pop(node.now);
      node.pool.isCaughtUp();
    }
  },
};

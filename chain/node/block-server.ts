// Answers what peers ask on the block sync channel: how far we are, and our blocks (network.md §8). A Go node waits for one such answer
// before it begins consensus.
import type { BlockStore } from '../blockstore/block-store.ts';
import { BLOCKSYNC_CHANNEL } from '../p2p/channel.ts';
import { type Peer, PeerFault, type Reactor } from '../p2p/reactor.ts';
import { TypesError } from '../types/errors.ts';
import { type BlocksyncMessage, decodeBlocksyncMessage, encodeBlocksyncMessage } from '../types/messages/blocksync.ts';

export const STATUS_REQUEST: Uint8Array = encodeBlocksyncMessage({ case: 'statusRequest', value: {} });

export class BlockServer implements Reactor {
  readonly name = 'BLOCKSYNC';
  readonly channels = [BLOCKSYNC_CHANNEL];
  readonly #store: BlockStore;

  constructor(store: BlockStore) {
    this.#store = store;
  }

  addPeer(peer: Peer): void {
    this.#sendStatus(peer);
  }

  removePeer(): void {}

  #sendStatus(peer: Peer): void {
    const { base, height } = this.#store;
    peer.send(BLOCKSYNC_CHANNEL, encodeBlocksyncMessage({ case: 'statusResponse', value: { height, base } }), 'status');
  }

  receive(_channel: number, peer: Peer, bytes: Uint8Array): void {
    let m: BlocksyncMessage;
    try {
      m = decodeBlocksyncMessage(bytes);
    } catch (e) {
      if (e instanceof TypesError) throw new PeerFault(e.message);
      throw e;
    }
    if (m.case === 'statusRequest') this.#sendStatus(peer);
    else if (m.case === 'blockRequest') this.#sendBlock(peer, m.value.height);
    else if (m.case === 'blockResponse') throw new PeerFault('a block that nobody asked for');
  }

  #sendBlock(peer: Peer, height: bigint): void {
    const block = this.#store.loadBlock(height);
    const answer: BlocksyncMessage =
      block === undefined
        ? { case: 'noBlockResponse', value: { height } }
        : { case: 'blockResponse', value: { block, extCommit: this.#store.loadExtendedCommit(height) } };
    peer.send(BLOCKSYNC_CHANNEL, encodeBlocksyncMessage(answer));
  }
}

// Block sync's side of the network (network.md §8, cmt:blocksync/reactor.go): gives stored blocks to peers that ask, and hands what peers
// send to the sync that runs. Invariant: a block is decoded only where one is due from that peer (F-2, F-11).
import type { BlockStore } from '../blockstore/block-store.ts';
import type { Logger } from '../engine/logger.ts';
import { BLOCKSYNC_CHANNEL } from '../p2p/channel.ts';
import { type Peer, PeerFault, type Reactor } from '../p2p/reactor.ts';
import { type Block, validateBlock } from '../types/block.ts';
import { TypesError } from '../types/errors.ts';
import { type ExtendedCommit, validateExtendedCommit } from '../types/extended-commit.ts';
import { BLOCKSYNC_MESSAGE_BYTES_MAX, type BlockResponse, decodeBlocksyncMessage } from '../types/messages/blocksync.ts';
import { PENDING_MAX } from './pool.ts';
import { encodeBlockResponse, encodeNoBlock, encodeStatus, isBlockResponse, STATUS_REQUEST } from './wire.ts';

/** A checked block of a peer, not yet verified against the chain. */
export interface SyncBlock {
  readonly block: Block;
  readonly extended: ExtendedCommit | undefined;
}

/** What a running sync wants of the network. A returned text is why the peer must be dropped. */
export interface SyncListener {
  status(peer: string, base: bigint, height: bigint): void;
  expectsFrom(peer: string): boolean;
  block(peer: string, block: SyncBlock, bytes: number): string | undefined;
  noBlock(peer: string, height: bigint): string | undefined;
  removed(peer: string): void;
}

export interface BlocksyncReactorDependencies {
  readonly blockStore: BlockStore;
  /** Whether blocks of a height go with their vote extensions. */
  readonly extensionsAt: (height: bigint) => boolean;
  readonly logger: Logger;
}

/** Answers that wait for one peer; it asks again for what it does not get. */
const WAITING_MAX = 2 * PENDING_MAX;

export class BlocksyncReactor implements Reactor {
  readonly name = 'BLOCKSYNC';
  readonly channels: readonly number[] = [BLOCKSYNC_CHANNEL];
  readonly #d: BlocksyncReactorDependencies;
  readonly #peers = new Map<string, Peer>();
  readonly #heights = new Map<string, bigint>();
  #listener: SyncListener | undefined;
  /** Whether a sync ran: answers to it may still come. */
  #ran = false;

  constructor(d: BlocksyncReactorDependencies) {
    this.#d = d;
  }

  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  /** The last block of a peer as it said last; undefined where it has not. */
  heightOf(peer: string): bigint | undefined {
    return this.#heights.get(peer);
  }

  /** Asks a peer for its last block. */
  ask(peer: Peer): void {
    peer.send(BLOCKSYNC_CHANNEL, STATUS_REQUEST, 'ask');
  }

  listen(listener: SyncListener | undefined): void {
    this.#listener = listener;
    this.#ran = true;
  }

  addPeer(peer: Peer): void {
    this.#peers.set(peer.id, peer);
    this.#sendStatus(peer);
  }

  removePeer(peer: Peer): void {
    this.#peers.delete(peer.id);
    this.#heights.delete(peer.id);
    this.#listener?.removed(peer.id);
  }

  receive(_channel: number, peer: Peer, bytes: Uint8Array): void {
    if (isBlockResponse(bytes)) this.#checkExpected(peer);
    try {
      this.#handle(peer, bytes);
    } catch (e) {
      if (e instanceof TypesError) throw new PeerFault(e.message);
      throw e;
    }
  }

  #checkExpected(peer: Peer): void {
    if (!this.#ran) throw new PeerFault('it sent a block, and this node asks for none');
    if (this.#listener !== undefined && !this.#listener.expectsFrom(peer.id)) throw new PeerFault('it sent a block that was not asked for');
  }

  #handle(peer: Peer, bytes: Uint8Array): void {
    // Late answers are not even decoded.
    if (this.#listener === undefined && isBlockResponse(bytes)) return;
    const m = decodeBlocksyncMessage(bytes, BLOCKSYNC_MESSAGE_BYTES_MAX);
    switch (m.case) {
      case 'blockRequest':
        this.#serve(peer, m.value.height);
        return;
      case 'statusRequest':
        this.#sendStatus(peer);
        return;
      case 'statusResponse':
        this.#heights.set(peer.id, m.value.height);
        this.#listener?.status(peer.id, m.value.base, m.value.height);
        return;
      case 'noBlockResponse':
        this.#fault(this.#listener?.noBlock(peer.id, m.value.height));
        return;
      case 'blockResponse':
        this.#checkExpected(peer);
        this.#fault(this.#listener?.block(peer.id, checkBlock(m.value), bytes.length));
    }
  }

  #fault(reason: string | undefined): void {
    if (reason !== undefined) throw new PeerFault(reason);
  }

  #sendStatus(peer: Peer): void {
    const { base, height } = this.#d.blockStore;
    peer.send(BLOCKSYNC_CHANNEL, encodeStatus(base, height), 'status');
  }

  #serve(peer: Peer, height: bigint): void {
    const { blockStore, extensionsAt, logger } = this.#d;
    if (peer.waiting(BLOCKSYNC_CHANNEL) >= WAITING_MAX) return;
    const block = blockStore.loadBlockBytes(height);
    if (block === undefined) {
      peer.send(BLOCKSYNC_CHANNEL, encodeNoBlock(height));
      return;
    }
    const extended = extensionsAt(height) ? blockStore.loadExtendedCommit(height) : undefined;
    if (extensionsAt(height) && extended === undefined) {
      logger.error('a stored block has no extended commit, it cannot be served', { height });
      return;
    }
    peer.send(BLOCKSYNC_CHANNEL, encodeBlockResponse(block, extended));
  }
}

/** Throws TypesError where the block or its commit is malformed. */
function checkBlock({ block, extCommit }: BlockResponse): SyncBlock {
  if (block === undefined) throw new TypesError('block', 'no block');
  validateBlock(block);
  if (extCommit !== undefined) {
    validateExtendedCommit(extCommit);
    if (extCommit.height !== block.header.height) {
      throw new TypesError('commit', `block height ${block.header.height} is not the height ${extCommit.height} of its extended commit`);
    }
  }
  return { block, extended: extCommit };
}

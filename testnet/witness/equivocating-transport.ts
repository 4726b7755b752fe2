// A validator that says two things: of its own votes at the chosen heights each peer gets a second one for something else, signed with the
// validator's key past any signer's record. Half of the peers get the second one first.

import { bytesEqual, utf8 } from '../../chain/encoding/bytes.ts';
import { VOTE_CHANNEL } from '../../chain/p2p/channel.ts';
import type { DialTarget, Transport, TransportEvents } from '../../chain/p2p/transport.ts';
import { type PrivateKey, publicKeyOf, signWith } from '../../chain/privval/private-key.ts';
import { type BlockId, isZeroBlockId, ZERO_BLOCK_ID } from '../../chain/types/block-id.ts';
import { decodeConsensusMessage, encodeConsensusMessage } from '../../chain/types/messages/consensus.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import { type Vote, voteSignBytes } from '../../chain/types/vote.ts';

export interface EquivocationOptions {
  readonly key: PrivateKey;
  readonly chainId: string;
  /** At which heights, and in which of the two vote types. */
  readonly at: (height: bigint, type: number) => boolean;
}

const EMPTY = new Uint8Array(0);
const INVENTED: BlockId = { hash: utf8('x'.repeat(32)), partSetHeader: { total: 1, hash: utf8('y'.repeat(32)) } };

export class EquivocatingTransport implements Transport {
  readonly #inner: Transport;
  readonly #o: EquivocationOptions;
  readonly #address: Uint8Array;
  readonly #peers: string[] = [];

  constructor(inner: Transport, o: EquivocationOptions) {
    this.#inner = inner;
    this.#o = o;
    this.#address = addressOfKey(publicKeyOf(o.key));
  }

  get id(): string {
    return this.#inner.id;
  }

  get address(): Transport['address'] {
    return this.#inner.address;
  }

  start(events: TransportEvents): Promise<void> {
    return this.#inner.start(events);
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  dial(target: DialTarget, timeoutMs: number): Promise<void> {
    return this.#inner.dial(target, timeoutMs);
  }

  disconnect(peer: string): Promise<void> {
    return this.#inner.disconnect(peer);
  }

  async send(peer: string, channel: number, bytes: Uint8Array): Promise<void> {
    const second = channel === VOTE_CHANNEL ? this.#secondVote(bytes) : undefined;
    if (second === undefined) return this.#inner.send(peer, channel, bytes);
    if (!this.#peers.includes(peer)) this.#peers.push(peer);
    for (const b of this.#peers.indexOf(peer) % 2 === 0 ? [bytes, second] : [second, bytes]) await this.#inner.send(peer, channel, b);
  }

  #secondVote(bytes: Uint8Array): Uint8Array | undefined {
    const m = decodeConsensusMessage(bytes);
    if (m.case !== 'vote') return undefined;
    const { vote } = m.value;
    if (!bytesEqual(vote.validatorAddress, this.#address) || !this.#o.at(vote.height, vote.type)) return undefined;
    const other: Vote = { ...vote, blockId: isZeroBlockId(vote.blockId) ? INVENTED : ZERO_BLOCK_ID, extension: EMPTY, extensionSignature: EMPTY };
    // Ed25519 is deterministic: every peer gets the same second vote.
    const signature = signWith(this.#o.key, voteSignBytes(this.#o.chainId, other));
    return encodeConsensusMessage({ case: 'vote', value: { vote: { ...other, signature } } });
  }
}

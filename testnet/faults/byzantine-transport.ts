// A Byzantine validator: an honest node whose messages are changed on their way out, and who says more than it should. It signs with its key
// whatever it likes, as its signer keeps no record of these signatures.

import { bytesEqual, utf8 } from '../../chain/encoding/bytes.ts';
import type { Engine } from '../../chain/engine/engine.ts';
import { DATA_CHANNEL, VOTE_CHANNEL } from '../../chain/p2p/channel.ts';
import type { DialTarget, Transport, TransportEvents } from '../../chain/p2p/transport.ts';
import { type PrivateKey, publicKeyOf, signWith } from '../../chain/privval/private-key.ts';
import { type BlockId, blockIdsEqual, isZeroBlockId, ZERO_BLOCK_ID } from '../../chain/types/block-id.ts';
import { type ConsensusMessage, decodeConsensusMessage, encodeConsensusMessage } from '../../chain/types/messages/consensus.ts';
import { type Proposal, proposalSignBytes } from '../../chain/types/proposal.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import { mayCarryExtension, PREVOTE, type Vote, voteExtensionSignBytes, voteSignBytes } from '../../chain/types/vote.ts';
import type { Random } from '../simulator/random.ts';
import { type Forged, forgedBlock } from './byzantine-blocks.ts';
import { flood, garbage, lieOfMajority, lieOfVotes, type Noise } from './byzantine-noise.ts';
import type { Misbehavior } from './fault.ts';

export interface ByzantineOptions {
  readonly does: readonly Misbehavior[];
  readonly key: PrivateKey;
  readonly chainId: string;
  readonly random: Random;
  readonly engine: () => Engine | undefined;
  readonly plot: Plot;
}

/** What all Byzantine nodes know together: by height and round the good block, and the forged one if there is one. */
export type Plot = Map<string, { readonly good: BlockId; readonly forged: Forged | undefined }>;

const EMPTY = new Uint8Array(0);
const NOISE_MS = 100;
/** The block of an own proposal is there a moment after the proposal. */
const BLOCK_WAIT_MS = 2;
const BLOCK_TRIES = 50;
const INVALID: readonly Misbehavior[] = ['bad-app-hash', 'bad-time', 'wrong-proposer', 'bad-last-commit'];

export class ByzantineTransport implements Transport {
  readonly #inner: Transport;
  readonly #o: ByzantineOptions;
  readonly #address: Uint8Array;
  readonly #peers = new Set<string>();
  readonly #signed = new Map<string, Vote>();
  #sent: Noise | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(inner: Transport, o: ByzantineOptions) {
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

  #does(what: Misbehavior): boolean {
    return this.#o.does.includes(what);
  }

  async start(events: TransportEvents): Promise<void> {
    await this.#inner.start({
      message: (peer, channel, bytes) => events.message(peer, channel, bytes),
      connected: (peer, address, outbound) => {
        this.#peers.add(peer);
        events.connected(peer, address, outbound);
      },
      disconnected: (peer) => {
        this.#peers.delete(peer);
        events.disconnected(peer);
      },
    });
    this.#timer = setInterval(() => this.#makeNoise(), NOISE_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#inner.stop();
  }

  dial(target: DialTarget, timeoutMs: number): Promise<void> {
    return this.#inner.dial(target, timeoutMs);
  }

  disconnect(peer: string): Promise<void> {
    return this.#inner.disconnect(peer);
  }

  async send(peer: string, channel: number, bytes: Uint8Array): Promise<void> {
    this.#sent = { channel, bytes };
    if (channel !== VOTE_CHANNEL && channel !== DATA_CHANNEL) return this.#inner.send(peer, channel, bytes);
    const m = decodeConsensusMessage(bytes);
    if (m.case === 'vote') return this.#sendVote(peer, bytes, m.value.vote);
    if (m.case === 'proposal') return this.#sendProposal(peer, bytes, m.value.proposal);
    if (m.case === 'blockPart') {
      const { height, round } = m.value;
      if (this.#isOwnRound(height, round) && (this.#does('withhold-parts') || this.#does('silent') || this.#getsForged(peer, height, round))) return;
    }
    return this.#inner.send(peer, channel, bytes);
  }

  #say(peer: string, channel: number, m: ConsensusMessage): Promise<void> {
    return this.#inner.send(peer, channel, encodeConsensusMessage(m));
  }

  /** 0 or 1, for dividing the peers. */
  #side(peer: string): number {
    return peer.charCodeAt(peer.length - 1) & 1;
  }

  async #sendVote(peer: string, bytes: Uint8Array, vote: Vote): Promise<void> {
    if (!bytesEqual(vote.validatorAddress, this.#address)) return this.#inner.send(peer, VOTE_CHANNEL, bytes);
    if (this.#does('silent')) return;
    const other = this.#otherVote(vote, peer);
    if (other === undefined) return this.#inner.send(peer, VOTE_CHANNEL, bytes);
    await this.#say(peer, VOTE_CHANNEL, { case: 'vote', value: { vote: other } });
    // Those who get both have the evidence.
    if (this.#does('equivocate-votes') && this.#o.random.chance(0.3)) await this.#inner.send(peer, VOTE_CHANNEL, bytes);
  }

  /** What this peer is told instead of the vote. */
  #otherVote(vote: Vote, peer: string): Vote | undefined {
    const plot = this.#o.plot.get(`${vote.height}/${vote.round}`);
    if (plot?.forged !== undefined && this.#does('equivocate-votes')) {
      const id = this.#side(peer) === 1 ? plot.forged.id : plot.good;
      return blockIdsEqual(id, vote.blockId) ? undefined : this.#sign(vote, id);
    }
    const proposal = this.#o.engine()?.consensus?.proposal;
    if (this.#does('amnesia') && vote.type === PREVOTE && proposal?.height === vote.height && proposal.round === vote.round) {
      if (!blockIdsEqual(proposal.blockId, vote.blockId)) return this.#sign(vote, proposal.blockId);
    }
    if (!this.#does('equivocate-votes') || this.#side(peer) === 0) return undefined;
    if (!isZeroBlockId(vote.blockId)) return this.#sign(vote, ZERO_BLOCK_ID);
    return this.#sign(
      vote,
      proposal?.height === vote.height ? proposal.blockId : { hash: utf8('x'.repeat(32)), partSetHeader: { total: 1, hash: utf8('y'.repeat(32)) } },
    );
  }

  #sign(vote: Vote, blockId: BlockId): Vote {
    const key = `${vote.height}/${vote.round}/${vote.type}/${isZeroBlockId(blockId) ? 'nil' : String(blockId.hash)}`;
    const known = this.#signed.get(key);
    if (known !== undefined) return known;
    const { chainId, key: privateKey } = this.#o;
    const v: Vote = { ...vote, blockId, extension: EMPTY, extensionSignature: EMPTY };
    const extends_ = mayCarryExtension(v) && this.#o.engine()?.consensus?.context.extensions === true;
    const extension = extends_ ? utf8(`extension ${vote.height}`) : EMPTY;
    const extended = { ...v, extension };
    const signed: Vote = {
      ...extended,
      signature: signWith(privateKey, voteSignBytes(chainId, v)),
      extensionSignature: extends_ ? signWith(privateKey, voteExtensionSignBytes(chainId, extended)) : EMPTY,
    };
    this.#signed.set(key, signed);
    return signed;
  }

  #isOwnRound(height: bigint, round: number): boolean {
    const c = this.#o.engine()?.consensus;
    return c !== undefined && c.height === height && c.round.round === round && c.isProposer();
  }

  #forges(): boolean {
    return this.#does('equivocate-proposals') || INVALID.some((w) => this.#does(w));
  }

  /** An invalid block goes to all, one of two valid ones to one side. Of an own round whose block is still to be forged nothing good is sent. */
  #getsForged(peer: string, height: bigint, round: number): boolean {
    if (!this.#o.plot.has(`${height}/${round}`)) return this.#forges();
    return this.#o.plot.get(`${height}/${round}`)?.forged !== undefined && (!this.#does('equivocate-proposals') || this.#side(peer) === 1);
  }

  async #sendProposal(peer: string, bytes: Uint8Array, proposal: Proposal): Promise<void> {
    if (!this.#isOwnRound(proposal.height, proposal.round)) return this.#inner.send(peer, DATA_CHANNEL, bytes);
    if (this.#does('silent')) return;
    if (!this.#forges()) return this.#inner.send(peer, DATA_CHANNEL, bytes);
    this.#forgeLater(peer, bytes, proposal, BLOCK_TRIES);
  }

  #forgeLater(peer: string, bytes: Uint8Array, proposal: Proposal, tries: number): void {
    const c = this.#o.engine()?.consensus;
    if (c === undefined || c.height !== proposal.height || tries === 0) return;
    const own = c.proposalBlock;
    if (own === undefined || !blockIdsEqual(own.id, proposal.blockId)) {
      setTimeout(() => this.#forgeLater(peer, bytes, proposal, tries - 1), BLOCK_WAIT_MS);
      return;
    }
    const { random, does, key, chainId } = this.#o;
    const place = `${proposal.height}/${proposal.round}`;
    if (!this.#o.plot.has(place)) {
      const what = random.pick(does.filter((d) => d === 'equivocate-proposals' || INVALID.includes(d)));
      const others = c.validators.validators.map((v) => v.address).filter((a) => !bytesEqual(a, this.#address));
      // Sometimes it is good, so that the chain goes on and may be attacked later.
      const block = random.chance(0.2) ? undefined : forgedBlock(own.block, what, random, others);
      this.#o.plot.set(place, { good: own.id, forged: block });
    }
    const forged = this.#o.plot.get(place)?.forged;
    const send = async (p: Proposal, parts: Forged['parts']): Promise<void> => {
      await this.#say(peer, DATA_CHANNEL, { case: 'proposal', value: { proposal: p } });
      if (this.#does('withhold-parts')) return;
      for (let i = 0; i < parts.total; i++) {
        const part = parts.getPart(i);
        if (part !== undefined) await this.#say(peer, DATA_CHANNEL, { case: 'blockPart', value: { height: p.height, round: p.round, part } });
      }
    };
    const unsigned = forged === undefined || !this.#getsForged(peer, proposal.height, proposal.round) ? undefined : { ...proposal, blockId: forged.id };
    const done =
      unsigned === undefined || forged === undefined
        ? send(proposal, own.parts)
        : send({ ...unsigned, signature: signWith(key, proposalSignBytes(chainId, unsigned)) }, forged.parts);
    // The peer may be gone.
    done.catch(() => undefined);
  }

  #makeNoise(): void {
    const { random, engine } = this.#o;
    const c = engine()?.consensus;
    const peers = [...this.#peers];
    if (peers.length === 0) return;
    const out: Noise[] = [];
    if (this.#does('garbage') && random.chance(0.3)) out.push(garbage(random, this.#sent));
    if (c !== undefined) {
      if (this.#does('flood') && random.chance(0.3)) out.push(...flood(random, c));
      if (this.#does('lie-has-vote')) out.push(lieOfVotes(random, c));
      if (this.#does('lie-majority')) out.push(lieOfMajority(random, c));
    }
    const peer = random.pick(peers);
    for (const n of out) this.#inner.send(peer, n.channel, n.bytes).catch(() => undefined);
  }
}

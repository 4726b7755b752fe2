// What a hostile peer may say on each channel: messages that break a rule, for which it is dropped, and such that prove nothing, which are
// passed over. `npm run interop -- hostile` holds the verdicts against Go CometBFT; test/integration/hostile-peer.test.ts against our node.
import { encodeBlockResponse, encodeNoBlock, encodeRequest, encodeStatus } from '../../chain/blocksync/wire.ts';
import { concatBytes, utf8 } from '../../chain/encoding/bytes.ts';
import {
  BLOCKSYNC_CHANNEL,
  CHUNK_CHANNEL,
  DATA_CHANNEL,
  EVIDENCE_CHANNEL,
  MEMPOOL_CHANNEL,
  SNAPSHOT_CHANNEL,
  STATE_CHANNEL,
  VOTE_CHANNEL,
  VOTE_SET_BITS_CHANNEL,
} from '../../chain/p2p/channel.ts';
import { BitArray } from '../../chain/types/bit-array.ts';
import { type BlockId, ZERO_BLOCK_ID } from '../../chain/types/block-id.ts';
import type { Evidence } from '../../chain/types/evidence.ts';
import { type ConsensusMessage, encodeConsensusMessage } from '../../chain/types/messages/consensus.ts';
import { encodeEvidenceMessage } from '../../chain/types/messages/evidence.ts';
import { encodeTxs } from '../../chain/types/messages/mempool.ts';
import { encodeStatesyncMessage } from '../../chain/types/messages/statesync.ts';
import type { Part } from '../../chain/types/part-set.ts';
import type { Vote } from '../../chain/types/vote.ts';

export interface HostileMessage {
  readonly name: string;
  readonly channel: number;
  readonly bytes: Uint8Array;
  /** The reason in the log of our node; undefined: it is passed over and the peer stays. */
  readonly dropped: RegExp | undefined;
}

export interface HostileContext {
  /** The running height and a validator of it, by address and index. */
  readonly height: bigint;
  readonly address: Uint8Array;
  readonly index: number;
  /** Time of the block before. */
  readonly time: bigint;
}

const EMPTY = new Uint8Array(0);
const HASH = new Uint8Array(32).fill(7);
const ID: BlockId = { hash: HASH, partSetHeader: { total: 1, hash: HASH } };
/** Far more than a validator set or a block has. */
const MANY = 2 ** 31;

const varint = (n: number): number[] => {
  const out: number[] = [];
  let rest = n;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return [...out, rest];
};
const field = (no: number, inner: readonly number[]): number[] => [(no << 3) | 2, ...varint(inner.length), ...inner];
/** A BitArray message that no code of ours makes: bits and words of any number. */
const rawBits = (bits: number, words: number): number[] => [
  0x08,
  ...varint(bits),
  ...field(
    2,
    Array.from({ length: words }, () => 1),
  ),
];
const raw = (kind: number, inner: readonly number[]): Uint8Array => Uint8Array.from(field(kind, inner));

export function hostileMessages({ height, address, index, time }: HostileContext): HostileMessage[] {
  const at = { height, round: 0 };
  const out: HostileMessage[] = [];
  const put =
    (channel: number) =>
    (name: string, dropped: RegExp | undefined, bytes: Uint8Array): void => {
      out.push({ name, channel, bytes, dropped });
    };
  const say = (channel: number) => (name: string, dropped: RegExp | undefined, m: ConsensusMessage) => put(channel)(name, dropped, encodeConsensusMessage(m));

  for (const [channel, who] of [
    [STATE_CHANNEL, 'state'],
    [DATA_CHANNEL, 'data'],
    [VOTE_CHANNEL, 'vote'],
    [VOTE_SET_BITS_CHANNEL, 'vote set bits'],
    [MEMPOOL_CHANNEL, 'mempool'],
    [EVIDENCE_CHANNEL, 'evidence'],
    [BLOCKSYNC_CHANNEL, 'block sync'],
    [SNAPSHOT_CHANNEL, 'snapshots'],
    [CHUNK_CHANNEL, 'chunks'],
  ] as const) {
    const here = put(channel);
    here(`${who}: no message at all`, /./, Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    here(`${who}: a cut field`, /./, Uint8Array.of(0x0a, 0x20, 1, 2, 3));
    // The evidence channel carries a list, in which an unknown field is nothing.
    here(`${who}: an unknown kind`, channel === EVIDENCE_CHANNEL ? undefined : /./, Uint8Array.of(0xfa, 0x01, 0));
  }

  const state = say(STATE_CHANNEL);
  const step = { ...at, step: 3, secondsSinceStartTime: 0n, lastCommitRound: 0 };
  state('a step that does not exist', /invalid Step/, { case: 'newRoundStep', value: { ...step, step: 9 } });
  state('a round below zero', /negative Round/, { case: 'newRoundStep', value: { ...step, round: -1 } });
  state('a height below zero', /negative Height/, { case: 'newRoundStep', value: { ...step, height: -1n } });
  state('no last commit at a later height', /invalid LastCommitRound/, { case: 'newRoundStep', value: { ...step, height: height + 5n, lastCommitRound: -1 } });
  state('a step far ahead', undefined, { case: 'newRoundStep', value: { ...step, height: 1n << 62n } });
  state('HasVote of index -1', /negative Index/, { case: 'hasVote', value: { ...at, type: 1, index: -1 } });
  state('HasVote beyond the set', undefined, { case: 'hasVote', value: { ...at, type: 1, index: 1_000_000 } });
  state('HasVote of a type that does not exist', /invalid Type/, { case: 'hasVote', value: { ...at, type: 3, index: 0 } });
  const valid = { ...at, blockPartSetHeader: { total: 2, hash: HASH }, blockParts: new BitArray(3), isCommit: false };
  state('F-7: part bits of another size than the parts', /not equal to BlockPartSetHeader/, { case: 'newValidBlock', value: valid });
  state('no part bits', /BlockParts is required/, { case: 'newValidBlock', value: { ...valid, blockParts: undefined } });
  const bitsOf = (bits: number, words: number, total: number): Uint8Array =>
    raw(2, [0x08, 1, ...field(3, [0x08, ...varint(total), ...field(2, [...HASH])]), ...field(4, rawBits(bits, words))]);
  put(STATE_CHANNEL)('F-7: part bits with too few words', /./, bitsOf(100, 1, 100));
  put(STATE_CHANNEL)('F-7: 2^31 part bits', /./, bitsOf(MANY, 1, MANY));
  state('a majority for half a block id', undefined, {
    case: 'voteSetMaj23',
    value: { ...at, type: 1, blockId: { hash: HASH, partSetHeader: { total: 0, hash: EMPTY } } },
  });
  state('a majority for a hash of 31 bytes', /wrong Hash/, { case: 'voteSetMaj23', value: { ...at, type: 1, blockId: { ...ID, hash: HASH.subarray(1) } } });
  state('a majority of another height', undefined, { case: 'voteSetMaj23', value: { ...at, height: height + 100n, type: 1, blockId: ID } });
  state('a vote on the wrong channel', undefined, { case: 'proposalPol', value: { height, proposalPolRound: 0, proposalPol: new BitArray(2) } });

  const data = say(DATA_CHANNEL);
  const part: Part = { index: 0, bytes: utf8('x'), proof: { total: 1n, index: 0n, leafHash: HASH, aunts: [] } };
  const sendPart = (name: string, dropped: RegExp | undefined, change: Partial<Part>): void =>
    data(name, dropped, { case: 'blockPart', value: { ...at, part: { ...part, ...change } } });
  sendPart('F-6: a part whose index is not that of its proof', /./, { index: 1 });
  sendPart('F-6: a part above 64 KiB', /too big/, { bytes: new Uint8Array(65_537) });
  sendPart('F-6: a proof of more than 100 levels', /./, { proof: { ...part.proof, aunts: Array.from({ length: 101 }, () => HASH) } });
  sendPart('F-6: a proof with an aunt of 31 bytes', /./, { proof: { ...part.proof, aunts: [HASH.subarray(1)] } });
  sendPart('F-6: a proof of a total below zero', /./, { proof: { ...part.proof, total: -1n } });
  sendPart('F-6: a part that is not of the block', undefined, {});
  const proposal = { type: 32, ...at, polRound: -1, blockId: ID, timestamp: time, signature: new Uint8Array(64).fill(1) };
  data('a proposal without signature', /signature/, { case: 'proposal', value: { proposal: { ...proposal, signature: EMPTY } } });
  data('a proposal of a round before', /./, { case: 'proposal', value: { proposal: { ...proposal, polRound: -2 } } });
  data('a proposal for nil', /./, { case: 'proposal', value: { proposal: { ...proposal, blockId: ZERO_BLOCK_ID } } });
  data('F-8: a proposal of too many parts', /./, {
    case: 'proposal',
    value: { proposal: { ...proposal, blockId: { ...ID, partSetHeader: { total: 100_000, hash: HASH } } } },
  });
  data('a proposal that nobody signed', undefined, { case: 'proposal', value: { proposal } });
  put(DATA_CHANNEL)('F-7: 2^31 bits of prevotes', /./, raw(4, [0x08, 1, ...field(3, rawBits(MANY, 1))]));
  put(DATA_CHANNEL)('no bits of prevotes', /./, raw(4, [0x08, 1, ...field(3, rawBits(0, 0))]));

  const votes = say(VOTE_CHANNEL);
  const vote: Vote = {
    type: 1,
    ...at,
    blockId: ID,
    timestamp: time,
    validatorAddress: address,
    validatorIndex: index,
    signature: new Uint8Array(64).fill(1),
    extension: EMPTY,
    extensionSignature: EMPTY,
  };
  const sendVote = (name: string, dropped: RegExp | undefined, change: Partial<Vote>): void =>
    votes(name, dropped, { case: 'vote', value: { vote: { ...vote, ...change } } });
  sendVote('F-4: a vote of index -1', /negative ValidatorIndex/, { validatorIndex: -1 });
  sendVote('F-4: a vote of index -2^31', /negative ValidatorIndex/, { validatorIndex: -(2 ** 31) });
  sendVote('F-4: a vote of an index beyond the set', undefined, { validatorIndex: 1_000_000 });
  sendVote("F-4: a vote of another's index", undefined, { validatorIndex: index + 1 });
  sendVote('a vote that nobody signed', undefined, {});
  sendVote('a vote without signature', /signature is missing/, { signature: EMPTY });
  sendVote('a signature that is too long', /too big/, { signature: new Uint8Array(5000) });
  sendVote('a vote for half a block', /complete/, { blockId: { hash: HASH, partSetHeader: { total: 0, hash: EMPTY } } });
  sendVote('an extension of a prevote', /./, { extension: utf8('x'), extensionSignature: new Uint8Array(64) });
  sendVote('an extension without signature', /./, { type: 2, extension: utf8('x') });
  sendVote('a vote of a type that does not exist', /invalid Type/, { type: 3 });
  sendVote('a vote of height 0', /./, { height: 0n });
  sendVote('an address of 19 bytes', /ValidatorAddress/, { validatorAddress: address.subarray(1) });
  sendVote('votes from the future: height', undefined, { height: height + 1_000_000n });
  sendVote('votes from the future: round', undefined, { round: 2_000_000 });
  sendVote('votes from the past', undefined, { height: 1n, type: 2 });

  const bits = say(VOTE_SET_BITS_CHANNEL);
  bits('F-7: vote bits of another size than the set', undefined, { case: 'voteSetBits', value: { ...at, type: 1, blockId: ID, votes: new BitArray(1000) } });
  put(VOTE_SET_BITS_CHANNEL)('F-7: 2^31 vote bits', /./, raw(9, [0x08, 1, 0x18, 1, ...field(5, rawBits(MANY, 1))]));

  const txs = put(MEMPOOL_CHANNEL);
  txs('no transactions', /empty/, encodeTxs([]));
  txs('an empty transaction', /empty/, encodeTxs([EMPTY]));

  const duplicate: Evidence = {
    case: 'duplicateVote',
    value: { voteA: vote, voteB: { ...vote, blockId: { ...ID, hash: new Uint8Array(32).fill(8) } }, totalVotingPower: 1n, validatorPower: 1n, timestamp: time },
  };
  const evidence = put(EVIDENCE_CHANNEL);
  const ofHeight = (h: bigint): Uint8Array =>
    encodeEvidenceMessage([{ ...duplicate, value: { ...duplicate.value, voteA: { ...vote, height: h }, voteB: { ...duplicate.value.voteB, height: h } } }]);
  evidence('F-15: evidence of the first block that is not true', /invalid evidence/i, ofHeight(1n));
  evidence('F-15: two votes for one block', /./, encodeEvidenceMessage([{ ...duplicate, value: { ...duplicate.value, voteB: vote } }]));
  evidence('F-15: evidence of a height to come', undefined, ofHeight(height + 1_000_000n));

  const sync = put(BLOCKSYNC_CHANNEL);
  sync('a request below zero', /negative height/i, encodeRequest(-1n));
  sync('a request above the tip', undefined, encodeRequest(height + 1_000_000n));
  sync('a status below zero', /./, encodeStatus(-1n, -1n));
  sync('a status with a base above its height', /./, encodeStatus(9n, 8n));
  sync('F-11: a status far above the tip', undefined, encodeStatus(1n, 1n << 62n));
  // Late answers to the requests before consensus began are not even decoded.
  sync('F-2: a block that nobody asks for any more and that is none', undefined, encodeBlockResponse(Uint8Array.of(0x0a, 0), undefined));
  sync('F-2: a late response without a block', undefined, Uint8Array.of(0x1a, 0));
  sync('no block below zero', /./, encodeNoBlock(-1n));

  const snapshot = { height: 5n, format: 3, chunks: 1, hash: HASH, metadata: EMPTY };
  const snapshots = put(SNAPSHOT_CHANNEL);
  snapshots('F-10: a snapshot of no chunks', /no chunks/, encodeStatesyncMessage({ case: 'snapshotsResponse', value: { ...snapshot, chunks: 0 } }));
  snapshots('F-10: a snapshot of 2^32-1 chunks', /chunk/, encodeStatesyncMessage({ case: 'snapshotsResponse', value: { ...snapshot, chunks: 2 ** 32 - 1 } }));
  snapshots('a snapshot without hash', /hash/, encodeStatesyncMessage({ case: 'snapshotsResponse', value: { ...snapshot, hash: EMPTY } }));
  snapshots('a snapshot of height 0', /height/, encodeStatesyncMessage({ case: 'snapshotsResponse', value: { ...snapshot, height: 0n } }));
  snapshots('a snapshot that nobody asked for', undefined, encodeStatesyncMessage({ case: 'snapshotsResponse', value: snapshot }));
  const chunk = { height: 5n, format: 3, index: 0, chunk: EMPTY, missing: true };
  const chunks = put(CHUNK_CHANNEL);
  chunks('a missing chunk with contents', /./, encodeStatesyncMessage({ case: 'chunkResponse', value: { ...chunk, chunk: utf8('x') } }));
  chunks('a chunk without contents', /./, encodeStatesyncMessage({ case: 'chunkResponse', value: { ...chunk, missing: false } }));
  chunks(
    'a chunk that nobody asked for',
    undefined,
    encodeStatesyncMessage({ case: 'chunkResponse', value: { ...chunk, missing: false, chunk: concatBytes(HASH, HASH) } }),
  );
  chunks('a request for a chunk that is not there', undefined, encodeStatesyncMessage({ case: 'chunkRequest', value: { height: 5n, format: 3, index: 9 } }));
  return out;
}

// Every message of a peer, a remote signer and the WAL: the first byte of an input chooses the decoder. A refused input gives a TypesError;
// an accepted one encodes to bytes that decode to the same again.
import { toHex } from '../../chain/encoding/bytes.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { GO_ZERO_TIME } from '../../chain/encoding/time.ts';
import { BitArray } from '../../chain/types/bit-array.ts';
import { TypesError } from '../../chain/types/errors.ts';
import { evidenceListCodec } from '../../chain/types/evidence.ts';
import { blocksyncMessageCodec, decodeBlocksyncMessage } from '../../chain/types/messages/blocksync.ts';
import { type ConsensusMessage, consensusMessageCodec, decodeConsensusMessage } from '../../chain/types/messages/consensus.ts';
import { decodeEvidenceMessage } from '../../chain/types/messages/evidence.ts';
import { decodeTxs, mempoolMessageCodec } from '../../chain/types/messages/mempool.ts';
import { decodePacket, decodePexMessage, packetCodec, pexMessageCodec } from '../../chain/types/messages/p2p.ts';
import { decodePrivvalMessage, privvalMessageCodec } from '../../chain/types/messages/privval.ts';
import { decodeStatesyncMessage, statesyncMessageCodec } from '../../chain/types/messages/statesync.ts';
import { decodeTimedWalMessage, encodeTimedWalMessage, timedWalMessageCodec } from '../../chain/types/messages/wal.ts';
import { PartSet } from '../../chain/types/part-set.ts';
import { voteCodec } from '../../chain/types/vote.ts';
import type { FuzzTarget } from './target.ts';

interface Decoder {
  readonly decode: (b: Uint8Array) => unknown;
  readonly codec: Codec<never>;
}
const decoder = (decode: (b: Uint8Array) => unknown, codec: unknown): Decoder => ({ decode, codec: codec as Codec<never> });

const decoders: readonly Decoder[] = [
  decoder(decodeConsensusMessage, consensusMessageCodec),
  decoder(decodeTimedWalMessage, timedWalMessageCodec),
  decoder((b) => [...decodeTxs(b, { maxTxBytes: 4096, maxBatchBytes: 8192 })], mempoolMessageCodec),
  decoder(decodeBlocksyncMessage, blocksyncMessageCodec),
  decoder((b) => decodeStatesyncMessage(b, 1_000_000, 100_000), statesyncMessageCodec),
  decoder(decodePexMessage, pexMessageCodec),
  decoder((b) => decodePacket(b, 2048), packetCodec),
  decoder(decodePrivvalMessage, privvalMessageCodec),
  decoder(decodeEvidenceMessage, evidenceListCodec),
];

const hash = new Uint8Array(32).fill(5);
const blockId = { hash, partSetHeader: { total: 2, hash } };
const vote = voteCodec.from({ type: 2, height: 9n, round: 1, blockId, timestamp: 1n, validatorAddress: hash.subarray(0, 20), signature: hash });

function consensusSeeds(): ConsensusMessage[] {
  const at = { height: 9n, round: 1 };
  const bits = BitArray.from(2, (i) => i === 1);
  const part = PartSet.fromData(new Uint8Array(100)).getPart(0);
  if (part === undefined) throw new Error('a part of 100 bytes');
  return [
    { case: 'newRoundStep', value: { ...at, step: 3, secondsSinceStartTime: -1n, lastCommitRound: -1 } },
    { case: 'newValidBlock', value: { ...at, blockPartSetHeader: blockId.partSetHeader, blockParts: bits, isCommit: true } },
    { case: 'proposal', value: { proposal: { ...at, type: 32, polRound: -1, blockId, timestamp: GO_ZERO_TIME, signature: hash } } },
    { case: 'proposalPol', value: { height: 9n, proposalPolRound: 0, proposalPol: bits } },
    { case: 'blockPart', value: { ...at, part } },
    { case: 'vote', value: { vote } },
    { case: 'hasVote', value: { ...at, type: 1, index: 3 } },
    { case: 'voteSetMaj23', value: { ...at, type: 1, blockId } },
    { case: 'voteSetBits', value: { ...at, type: 1, blockId, votes: bits } },
  ];
}

function seed(index: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(index, ...bytes);
}

export const target: FuzzTarget = {
  name: 'types-messages',
  corpus: () => [
    ...consensusSeeds().map((m) => seed(0, consensusMessageCodec.encode({ sum: m }))),
    ...consensusSeeds().map((m) => seed(1, encodeTimedWalMessage(1n, { case: 'msgInfo', value: { msg: { sum: m }, peerId: 'p' } }))),
    seed(1, encodeTimedWalMessage(1n, { case: 'timeoutInfo', value: { duration: -5n, height: 1n, round: 2, step: 3 } })),
    seed(1, encodeTimedWalMessage(1n, { case: 'endHeight', value: { height: 7n } })),
    seed(2, mempoolMessageCodec.encode({ sum: { case: 'txs', value: { txs: [hash, hash] } } })),
    seed(3, blocksyncMessageCodec.encode({ sum: { case: 'statusResponse', value: { height: 9n, base: 1n } } })),
    seed(4, statesyncMessageCodec.encode({ sum: { case: 'snapshotsResponse', value: { height: 1n, format: 1, chunks: 2, hash, metadata: hash } } })),
    seed(5, pexMessageCodec.encode({ sum: { case: 'pexAddrs', value: { addrs: [{ id: 'a', ip: '127.0.0.1', port: 1 }] } } })),
    seed(6, packetCodec.encode({ sum: { case: 'packetMsg', value: { channelId: 32, eof: true, data: hash } } })),
    seed(7, privvalMessageCodec.encode({ sum: { case: 'signVoteRequest', value: { vote, chainId: 'c' } } })),
  ],
  run: (input) => {
    const d = decoders[(input[0] ?? 0) % decoders.length] as Decoder;
    const bytes = input.subarray(1);
    try {
      d.decode(bytes);
    } catch (e) {
      if (e instanceof TypesError) return;
      throw e;
    }
    const once = d.codec.encode(d.codec.decode(bytes));
    d.decode(once);
    if (toHex(d.codec.encode(d.codec.decode(once))) !== toHex(once)) throw new Error('an accepted message does not keep its bytes');
  },
};

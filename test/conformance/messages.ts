// code-derived/p2p-messages: the bytes of every channel's wrapper message. Where a case gives the fields, the message is built from them.
import { equal } from 'node:assert/strict';
import { fromHex, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { Reader, Writer } from '../../chain/encoding/proto-wire.ts';
import { parseTime } from '../../chain/encoding/time.ts';
import { BitArray } from '../../chain/types/bit-array.ts';
import type { BlockId } from '../../chain/types/block-id.ts';
import { evidenceCodec } from '../../chain/types/evidence.ts';
import { blocksyncMessageCodec } from '../../chain/types/messages/blocksync.ts';
import { type ConsensusMessage, consensusMessageCodec } from '../../chain/types/messages/consensus.ts';
import { decodeTxs, encodeTxs, mempoolMessageCodec } from '../../chain/types/messages/mempool.ts';
import { packetCodec, pexMessageCodec } from '../../chain/types/messages/p2p.ts';
import { type PrivvalMessage, privvalMessageCodec } from '../../chain/types/messages/privval.ts';
import { statesyncMessageCodec } from '../../chain/types/messages/statesync.ts';
import { voteCodec } from '../../chain/types/vote.ts';
import type { Handlers } from './runner.ts';

// biome-ignore lint/suspicious/noExplicitAny: vectors are untyped JSON
type Fields = any;

const codecs: Readonly<Record<string, Codec<never>>> = {
  consensus: consensusMessageCodec as unknown as Codec<never>,
  privval: privvalMessageCodec as unknown as Codec<never>,
  blocksync: blocksyncMessageCodec as unknown as Codec<never>,
  statesync: statesyncMessageCodec as unknown as Codec<never>,
  pex: pexMessageCodec as unknown as Codec<never>,
  'mconn-packet': packetCodec as unknown as Codec<never>,
  mempool: mempoolMessageCodec as unknown as Codec<never>,
};

function blockId(b: Fields): BlockId {
  return { hash: utf8(b.hash_utf8), partSetHeader: { total: b.parts.total, hash: utf8(b.parts.hash_utf8) } };
}

function consensusMessage(name: string, f: Fields): ConsensusMessage {
  const at = { height: BigInt(f.height), round: f.round as number };
  switch (name) {
    case 'NewRoundStep':
      return {
        case: 'newRoundStep',
        value: { ...at, step: f.step, secondsSinceStartTime: BigInt(f.seconds_since_start_time), lastCommitRound: f.last_commit_round },
      };
    case 'Proposal': {
      const signature = utf8(f.signature_utf8);
      const proposal = { ...at, type: f.type, polRound: f.pol_round, blockId: blockId(f.block_id), timestamp: parseTime(f.timestamp), signature };
      return { case: 'proposal', value: { proposal } };
    }
    case 'ProposalPOL':
      return { case: 'proposalPol', value: { height: at.height, proposalPolRound: f.proposal_pol_round, proposalPol: new BitArray(0) } };
    case 'Vote': {
      const vote = voteCodec.from({
        ...at,
        type: f.type,
        blockId: blockId(f.block_id),
        timestamp: parseTime(f.timestamp),
        validatorAddress: utf8(f.validator_address_utf8),
        validatorIndex: f.validator_index,
        extension: utf8(f.extension_utf8 ?? ''),
      });
      return { case: 'vote', value: { vote } };
    }
    case 'HasVote':
      return { case: 'hasVote', value: { ...at, type: f.type, index: f.index } };
    case 'VoteSetMaj23':
      return { case: 'voteSetMaj23', value: { ...at, type: f.type, blockId: blockId(f.block_id) } };
    default:
      throw new Error(`no consensus message ${name} here`);
  }
}

function built(group: string, name: string, f: Fields): Uint8Array | undefined {
  if (group === 'privval' && name.startsWith('ping ')) {
    const m: PrivvalMessage = name === 'ping request' ? { case: 'pingRequest', value: {} } : { case: 'pingResponse', value: {} };
    return privvalMessageCodec.encode({ sum: m });
  }
  const maxHeight = 9_223_372_036_854_775_807n;
  if (name === 'BlockRequestMessage') return blocksyncMessageCodec.encode({ sum: { case: 'blockRequest', value: { height: maxHeight } } });
  if (name === 'NoBlockResponseMessage') return blocksyncMessageCodec.encode({ sum: { case: 'noBlockResponse', value: { height: maxHeight } } });
  if (name === 'StatusRequestMessage') return blocksyncMessageCodec.encode({ sum: { case: 'statusRequest', value: {} } });
  if (name === 'StatusResponseMessage') {
    return blocksyncMessageCodec.encode({ sum: { case: 'statusResponse', value: { height: maxHeight, base: maxHeight } } });
  }
  if (name === 'SnapshotsRequest') return statesyncMessageCodec.encode({ sum: { case: 'snapshotsRequest', value: {} } });
  if (name === 'PacketPing') return packetCodec.encode({ sum: { case: 'packetPing', value: {} } });
  if (f === null || typeof f === 'string') return undefined;
  if (group === 'consensus') return consensusMessageCodec.encode({ sum: consensusMessage(name, f) });
  if (group === 'mempool') return encodeTxs(f.txs_utf8.map(utf8));
  if (group === 'pex') return pexMessageCodec.encode({ sum: { case: 'pexAddrs', value: { addrs: f.addrs } } });
  if (name === 'PacketMsg') {
    return packetCodec.encode({ sum: { case: 'packetMsg', value: { channelId: f.channel_id, eof: f.eof, data: utf8(f.data_utf8) } } });
  }
  const at = { height: BigInt(f.height ?? 0), format: f.format, index: f.index };
  if (name === 'ChunkRequest') return statesyncMessageCodec.encode({ sum: { case: 'chunkRequest', value: at } });
  if (name === 'ChunkResponse') {
    return statesyncMessageCodec.encode({ sum: { case: 'chunkResponse', value: { ...at, chunk: utf8(f.chunk_utf8), missing: false } } });
  }
  if (name === 'SnapshotsResponse') {
    const value = { height: at.height, format: f.format, chunks: f.chunks, hash: utf8(f.hash_utf8), metadata: utf8(f.metadata_utf8 ?? '') };
    return statesyncMessageCodec.encode({ sum: { case: 'snapshotsResponse', value } });
  }
  throw new Error(`cannot build ${group} ${name}`);
}

export const handlers: Handlers = {
  'code-derived/p2p-messages.json': async (file, t) => {
    for (const [i, c] of (file.json().cases as Fields[]).entries()) {
      await t.case(`#${i} ${c.group} ${c.name}`, () => {
        if (c.group === 'evidence') {
          // The list's votes are not signed, so it does not decode as a peer's list does; the pieces in it do.
          const pieces = new Reader(fromHex(c.hex));
          const w = new Writer();
          while (!pieces.done()) w.tag(pieces.tag() >>> 3, 2).bytes(evidenceCodec.encode(evidenceCodec.decode(pieces.bytes())));
          equal(toHex(w.finish()), c.hex);
          return;
        }
        const codec = codecs[c.group] as Codec<never>;
        equal(toHex(codec.encode(codec.decode(fromHex(c.hex)))), c.hex);
        if (c.group === 'mempool') equal(toHex(encodeTxs([...decodeTxs(fromHex(c.hex), { maxTxBytes: 1024, maxBatchBytes: 0 })])), c.hex);
        const bytes = built(c.group, c.name, c.fields);
        if (bytes !== undefined) equal(toHex(bytes), c.hex);
      });
    }
  },
};

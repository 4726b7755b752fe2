// Sign bytes: the canonical forms that validators sign, each after its uvarint length (cmt:types/canonical.go, wire.md "Sign bytes").
// Height and round are sfixed64 and, as proto3 has it, absent when 0; a zero BlockID is absent; the timestamp is always there.
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import { bytesField, embedField, fixed64Field, varint, varintField } from '../encoding/proto-bytes.ts';
import type { Time } from '../encoding/time.ts';
import { type BlockId, blockIdBytes, isZeroBlockId } from './block-id.ts';
import { timestampBytes } from './timestamp.ts';

/** SignedMsgType. */
export const PREVOTE = 1;
export const PRECOMMIT = 2;
export const PROPOSAL = 32;

/** The enum's protobuf name; the number where it has none. */
export function voteTypeName(type: number): string {
  return { 0: 'SIGNED_MSG_TYPE_UNKNOWN', 1: 'SIGNED_MSG_TYPE_PREVOTE', 2: 'SIGNED_MSG_TYPE_PRECOMMIT', 32: 'SIGNED_MSG_TYPE_PROPOSAL' }[type] ?? String(type);
}

const TIMESTAMP_TAG = 0x2a;
const SIGN_BYTES_LENGTH_MAX = 1 << 14;
export interface CanonicalVote {
  readonly type: number;
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
}

/**
 * Sign bytes of votes that differ in their timestamp only, as the votes of one commit do: everything else is encoded once.
 */
export function voteSignBytesTemplate(chainId: string, v: CanonicalVote): (timestamp: Time) => Uint8Array {
  const head = Uint8Array.from([...varintField(1, v.type), ...fixed64Field(2, v.height), ...fixed64Field(3, BigInt(v.round)), ...blockIdField(4, v.blockId)]);
  const tail = Uint8Array.from(bytesField(6, utf8(chainId)));
  if (head.length + tail.length > SIGN_BYTES_LENGTH_MAX - 32) throw new RangeError('sign bytes: the chain id or a hash is too long');
  return (timestamp) => {
    const time = timestampBytes(timestamp);
    const length = head.length + 2 + time.length + tail.length;
    const out = new Uint8Array(length + (length < 128 ? 1 : 2));
    let at = 0;
    if (length < 128) out[at++] = length;
    else {
      out[at++] = (length & 127) | 128;
      out[at++] = length >> 7;
    }
    out.set(head, at);
    at += head.length;
    out[at++] = TIMESTAMP_TAG;
    out[at++] = time.length;
    out.set(time, at);
    out.set(tail, at + time.length);
    return out;
  };
}

export interface CanonicalProposal {
  readonly height: bigint;
  readonly round: number;
  readonly polRound: number;
  readonly blockId: BlockId;
  readonly timestamp: Time;
}

/** After its uvarint length. */
const delimited = (message: readonly number[]): Uint8Array => Uint8Array.from([...varint(message.length), ...message]);

const blockIdField = (no: number, id: BlockId): number[] => (isZeroBlockId(id) ? [] : embedField(no, blockIdBytes(id)));

export function canonicalProposalBytes(chainId: string, p: CanonicalProposal): Uint8Array {
  return delimited([
    ...varintField(1, PROPOSAL),
    ...fixed64Field(2, p.height),
    ...fixed64Field(3, BigInt(p.round)),
    ...varintField(4, p.polRound),
    ...blockIdField(5, p.blockId),
    ...embedField(6, timestampBytes(p.timestamp)),
    ...bytesField(7, utf8(chainId)),
  ]);
}

export function canonicalVoteExtensionBytes(chainId: string, height: bigint, round: number, extension: Uint8Array): Uint8Array {
  const rest = [...fixed64Field(2, height), ...fixed64Field(3, BigInt(round)), ...bytesField(4, utf8(chainId))];
  // Extensions may be long: they are copied once.
  const head = extension.length === 0 ? [] : [0x0a, ...varint(extension.length)];
  const length = head.length + extension.length + rest.length;
  return concatBytes(Uint8Array.from([...varint(length), ...head]), extension, Uint8Array.from(rest));
}

// Sign bytes: the canonical forms that validators sign, each after its uvarint length (cmt:types/canonical.go, wire.md "Sign bytes").
// Height and round are sfixed64 and, as proto3 has it, absent when 0; a zero BlockID is absent; the timestamp is always there.
import { FIXED64, LENGTH_DELIMITED, VARINT, Writer } from '../encoding/proto-wire.ts';
import { splitTime, type Time } from '../encoding/time.ts';
import { type BlockId, blockIdCodec, isZeroBlockId } from './block-id.ts';

/** SignedMsgType. */
export const PREVOTE = 1;
export const PRECOMMIT = 2;
export const PROPOSAL = 32;

/** The enum's protobuf name; the number where it has none. */
export function voteTypeName(type: number): string {
  return { 0: 'SIGNED_MSG_TYPE_UNKNOWN', 1: 'SIGNED_MSG_TYPE_PREVOTE', 2: 'SIGNED_MSG_TYPE_PRECOMMIT', 32: 'SIGNED_MSG_TYPE_PROPOSAL' }[type] ?? String(type);
}

function putFixed(w: Writer, no: number, n: bigint): void {
  if (n !== 0n) w.tag(no, FIXED64).fixed64(n);
}

function putBlockId(w: Writer, no: number, id: BlockId): void {
  if (isZeroBlockId(id)) return;
  const at = w.tag(no, LENGTH_DELIMITED).begin();
  blockIdCodec.write(w, id);
  w.end(at);
}

function putTime(w: Writer, no: number, t: Time): void {
  const { seconds, nanos } = splitTime(t);
  const at = w.tag(no, LENGTH_DELIMITED).begin();
  if (seconds !== 0n) w.tag(1, VARINT).varint64(seconds);
  if (nanos !== 0) w.tag(2, VARINT).int32(nanos);
  w.end(at);
}

function putString(w: Writer, no: number, s: string): void {
  if (s !== '') w.tag(no, LENGTH_DELIMITED).string(s);
}

const TIMESTAMP_TAG = 0x2a;
const SIGN_BYTES_LENGTH_MAX = 1 << 14;
/** The encoded timestamp of the sign bytes being made: seconds and nanoseconds, at most 11 and 6 bytes. */
const scratch = new Uint8Array(17);

/** Fills `scratch`; gives the number of bytes. */
function putTimestamp(t: Time): number {
  const { seconds, nanos } = splitTime(t);
  let at = 0;
  const put = (v: number): void => {
    let rest = v;
    while (rest > 127) {
      scratch[at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    scratch[at++] = rest;
  };
  if (seconds > 0n) {
    scratch[at++] = 0x08;
    put(Number(seconds));
  } else if (seconds < 0n) {
    scratch[at++] = 0x08;
    let rest = BigInt.asUintN(64, seconds);
    for (; rest > 127n; rest >>= 7n) scratch[at++] = Number(rest & 127n) | 128;
    scratch[at++] = Number(rest);
  }
  if (nanos !== 0) {
    scratch[at++] = 0x10;
    put(nanos);
  }
  return at;
}

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
  const before = new Writer(128);
  if (v.type !== 0) before.tag(1, VARINT).int32(v.type);
  putFixed(before, 2, v.height);
  putFixed(before, 3, BigInt(v.round));
  putBlockId(before, 4, v.blockId);
  const head = before.finish();
  const after = new Writer(64);
  putString(after, 6, chainId);
  const tail = after.finish();
  if (head.length + tail.length > SIGN_BYTES_LENGTH_MAX - 32) throw new RangeError('sign bytes: the chain id or a hash is too long');
  return (timestamp) => {
    const size = putTimestamp(timestamp);
    const length = head.length + 2 + size + tail.length;
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
    out[at++] = size;
    for (let i = 0; i < size; i++) out[at++] = scratch[i] as number;
    out.set(tail, at);
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

export function canonicalProposalBytes(chainId: string, p: CanonicalProposal): Uint8Array {
  const w = new Writer(192);
  const at = w.begin();
  w.tag(1, VARINT).int32(PROPOSAL);
  putFixed(w, 2, p.height);
  putFixed(w, 3, BigInt(p.round));
  if (p.polRound !== 0) w.tag(4, VARINT).varint64(BigInt(p.polRound));
  putBlockId(w, 5, p.blockId);
  putTime(w, 6, p.timestamp);
  putString(w, 7, chainId);
  w.end(at);
  return w.finish();
}

export function canonicalVoteExtensionBytes(chainId: string, height: bigint, round: number, extension: Uint8Array): Uint8Array {
  const w = new Writer(extension.length + 96);
  const at = w.begin();
  if (extension.length !== 0) w.tag(1, LENGTH_DELIMITED).bytes(extension);
  putFixed(w, 2, height);
  putFixed(w, 3, BigInt(round));
  putString(w, 4, chainId);
  w.end(at);
  return w.finish();
}

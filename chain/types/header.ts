// Block header, its encoding and its hash (cmt:types/block.go Header; wire.md §1).
import { merkleRoot } from '../crypto/merkle.ts';
import { utf8 } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, int64, message, string, time } from '../encoding/codec.ts';
import { Writer } from '../encoding/proto-wire.ts';
import { splitTime, type Time } from '../encoding/time.ts';
import { type BlockId, blockIdCodec, validateBlockId, validateHash } from './block-id.ts';
import { TypesError, within } from './errors.ts';
import { ADDRESS_SIZE, MAX_CHAIN_ID_LENGTH } from './limits.ts';
import { BLOCK_PROTOCOL, type ConsensusVersion, consensusVersionCodec } from './version.ts';

export interface Header {
  readonly version: ConsensusVersion;
  readonly chainId: string;
  readonly height: bigint;
  readonly time: Time;
  readonly lastBlockId: BlockId;
  readonly lastCommitHash: Uint8Array;
  readonly dataHash: Uint8Array;
  /** Of the set that votes on this block. */
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly consensusHash: Uint8Array;
  /** Of the state after the previous block; any length. */
  readonly appHash: Uint8Array;
  readonly lastResultsHash: Uint8Array;
  readonly evidenceHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
}

export const headerCodec: Codec<Header> = message('tendermint.types.Header', {
  version: embed(1, consensusVersionCodec),
  chainId: string(2),
  height: int64(3),
  time: time(4),
  lastBlockId: embed(5, blockIdCodec),
  lastCommitHash: bytes(6),
  dataHash: bytes(7),
  validatorsHash: bytes(8),
  nextValidatorsHash: bytes(9),
  consensusHash: bytes(10),
  appHash: bytes(11),
  lastResultsHash: bytes(12),
  evidenceHash: bytes(13),
  proposerAddress: bytes(14),
});

const EMPTY = new Uint8Array(0);

// gogoproto's wrapper messages StringValue, Int64Value, BytesValue: field 1; an empty value is no bytes at all.
function wrapBytes(b: Uint8Array): Uint8Array {
  return b.length === 0 ? EMPTY : new Writer(b.length + 4).tag(1, 2).bytes(b).finish();
}

function wrapInt64(n: bigint): Uint8Array {
  return n === 0n ? EMPTY : new Writer(11).tag(1, 0).varint64(n).finish();
}

/** A bare google.protobuf.Timestamp. */
export function timestampBytes(t: Time): Uint8Array {
  const { seconds, nanos } = splitTime(t);
  const w = new Writer(24);
  if (seconds !== 0n) w.tag(1, 0).varint64(seconds);
  if (nanos !== 0) w.tag(2, 0).int32(nanos);
  return w.finish();
}

/** Hashes of headers already hashed: one is asked for by validation, store, index and doors. Headers are never changed once made. */
const known = new WeakMap<Header, Uint8Array>();

/** 32 bytes: the Merkle root over the fourteen fields. Empty where validatorsHash is empty, since such a header names no block. */
export function headerHash(h: Header): Uint8Array {
  if (h.validatorsHash.length === 0) return EMPTY;
  let hash = known.get(h);
  if (hash === undefined) {
    hash = computeHash(h);
    known.set(h, hash);
  }
  return hash;
}

function computeHash(h: Header): Uint8Array {
  return merkleRoot([
    consensusVersionCodec.encode(h.version),
    wrapBytes(utf8(h.chainId)),
    wrapInt64(h.height),
    timestampBytes(h.time),
    blockIdCodec.encode(h.lastBlockId),
    wrapBytes(h.lastCommitHash),
    wrapBytes(h.dataHash),
    wrapBytes(h.validatorsHash),
    wrapBytes(h.nextValidatorsHash),
    wrapBytes(h.consensusHash),
    wrapBytes(h.appHash),
    wrapBytes(h.lastResultsHash),
    wrapBytes(h.evidenceHash),
    wrapBytes(h.proposerAddress),
  ]);
}

/** What can be checked without the chain's state; throws TypesError. */
export function validateHeader(h: Header): void {
  const fail = (why: string): never => {
    throw new TypesError('header', why);
  };
  if (h.version.block !== BLOCK_PROTOCOL) fail(`block protocol is incorrect: got: ${h.version.block}, want: ${BLOCK_PROTOCOL} `);
  const idLength = utf8(h.chainId).length;
  if (idLength > MAX_CHAIN_ID_LENGTH) fail(`chainID is too long; got: ${idLength}, max: ${MAX_CHAIN_ID_LENGTH}`);
  if (h.height < 0n) fail('negative Height');
  if (h.height === 0n) fail('zero Height');
  within('header', 'wrong LastBlockID', () => validateBlockId(h.lastBlockId));
  validateHash('LastCommitHash', h.lastCommitHash);
  validateHash('DataHash', h.dataHash);
  validateHash('EvidenceHash', h.evidenceHash);
  if (h.proposerAddress.length !== ADDRESS_SIZE) fail(`invalid ProposerAddress length; got: ${h.proposerAddress.length}, expected: ${ADDRESS_SIZE}`);
  validateHash('ValidatorsHash', h.validatorsHash);
  validateHash('NextValidatorsHash', h.nextValidatorsHash);
  validateHash('ConsensusHash', h.consensusHash);
  validateHash('LastResultsHash', h.lastResultsHash);
}

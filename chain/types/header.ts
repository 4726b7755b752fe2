// Block header, its encoding and its hash (cmt:types/block.go Header; wire.md §1).
import { merkleRoot } from '../crypto/merkle.ts';
import { utf8 } from '../encoding/bytes.ts';
import { bytesField, varintField } from '../encoding/proto-bytes.ts';
import type { Time } from '../encoding/time.ts';
import { type BlockId, blockIdBytes, validateBlockId, validateHash } from './block-id.ts';
import { TypesError, within } from './errors.ts';
import { ADDRESS_SIZE, MAX_CHAIN_ID_LENGTH } from './limits.ts';
import { timestampBytes } from './timestamp.ts';
import { BLOCK_PROTOCOL, type ConsensusVersion } from './version.ts';

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

const EMPTY = new Uint8Array(0);

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

// The leaves: scalars in gogoproto's wrapper messages StringValue, Int64Value and BytesValue, of which an empty one is no bytes at all.
function computeHash(h: Header): Uint8Array {
  const wrapped = [h.lastCommitHash, h.dataHash, h.validatorsHash, h.nextValidatorsHash, h.consensusHash, h.appHash, h.lastResultsHash, h.evidenceHash];
  const leaves: ArrayLike<number>[] = [
    [...varintField(1, h.version.block), ...varintField(2, h.version.app)],
    bytesField(1, utf8(h.chainId)),
    varintField(1, h.height),
    timestampBytes(h.time),
    blockIdBytes(h.lastBlockId),
    ...[...wrapped, h.proposerAddress].map((b) => bytesField(1, b)),
  ];
  return merkleRoot(leaves.map((l) => Uint8Array.from(l)));
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

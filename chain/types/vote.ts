// Prevotes and precommits (cmt:types/vote.go). Timestamp rules belong to the engine; here are form, encoding and sign bytes.
import { bytes, type Codec, embed, enumeration, int32, int64, message, time } from '../encoding/codec.ts';
import type { Time } from '../encoding/time.ts';
import { type BlockId, blockIdText, isCompleteBlockId, isZeroBlockId, validateBlockId } from './block-id.ts';
import { blockIdCodec } from './block-id-codec.ts';
import { canonicalVoteExtensionBytes, PRECOMMIT, PREVOTE, voteSignBytesTemplate } from './canonical.ts';
import { TypesError, within } from './errors.ts';
import { ADDRESS_SIZE, MAX_SIGNATURE_SIZE } from './limits.ts';

export { PRECOMMIT, PREVOTE } from './canonical.ts';

export interface Vote {
  /** 1 prevote, 2 precommit. */
  readonly type: number;
  readonly height: bigint;
  readonly round: number;
  /** Zero: a vote for nil. */
  readonly blockId: BlockId;
  readonly timestamp: Time;
  readonly validatorAddress: Uint8Array;
  readonly validatorIndex: number;
  readonly signature: Uint8Array;
  readonly extension: Uint8Array;
  readonly extensionSignature: Uint8Array;
}

export const voteCodec: Codec<Vote> = message('tendermint.types.Vote', {
  type: enumeration(1),
  height: int64(2),
  round: int32(3),
  blockId: embed(4, blockIdCodec),
  timestamp: time(5),
  validatorAddress: bytes(6),
  validatorIndex: int32(7),
  signature: bytes(8),
  extension: bytes(9),
  extensionSignature: bytes(10),
});

/** The bytes a validator signs, length prefix included; the extension is not part of them. */
export function voteSignBytes(chainId: string, v: Pick<Vote, 'type' | 'height' | 'round' | 'blockId' | 'timestamp'>): Uint8Array {
  return voteSignBytesTemplate(chainId, v)(v.timestamp);
}

export function voteExtensionSignBytes(chainId: string, v: Pick<Vote, 'height' | 'round' | 'extension'>): Uint8Array {
  return canonicalVoteExtensionBytes(chainId, v.height, v.round, v.extension);
}

/** Only precommits for a block carry an extension. */
export function mayCarryExtension(v: Pick<Vote, 'type' | 'blockId'>): boolean {
  return v.type === PRECOMMIT && !isZeroBlockId(v.blockId);
}

/** What can be checked without state, as received from a peer: signed and whole. Throws TypesError. */
export function validateVote(v: Vote): void {
  const fail = (why: string): never => {
    throw new TypesError('vote', why);
  };
  if (v.type !== PREVOTE && v.type !== PRECOMMIT) fail('invalid Type');
  if (v.height <= 0n) fail('negative or zero Height');
  if (v.round < 0) fail('negative Round');
  within('vote', 'wrong BlockID', () => validateBlockId(v.blockId));
  if (!isZeroBlockId(v.blockId) && !isCompleteBlockId(v.blockId)) fail(`blockID must be either empty or complete, got: ${blockIdText(v.blockId)}`);
  if (v.validatorAddress.length !== ADDRESS_SIZE) fail(`expected ValidatorAddress size to be ${ADDRESS_SIZE} bytes, got ${v.validatorAddress.length} bytes`);
  if (v.validatorIndex < 0) fail('negative ValidatorIndex');
  if (v.signature.length === 0) fail('signature is missing');
  if (v.signature.length > MAX_SIGNATURE_SIZE) fail(`signature is too big (max: ${MAX_SIGNATURE_SIZE})`);
  if (!mayCarryExtension(v)) {
    if (v.extension.length > 0) fail(`unexpected vote extension; vote type ${v.type}, isNil ${isZeroBlockId(v.blockId)}`);
    if (v.extensionSignature.length > 0) fail('unexpected vote extension signature');
    return;
  }
  if (v.extensionSignature.length > MAX_SIGNATURE_SIZE) fail(`vote extension signature is too big (max: ${MAX_SIGNATURE_SIZE})`);
  if (v.extensionSignature.length === 0 && v.extension.length !== 0) fail('vote extension signature absent on vote with extension');
}

/** The rule of a height: with extensions on, a precommit for a block must carry the extension's signature; off, nothing of it. */
export function ensureVoteExtension(v: Vote, enabled: boolean): void {
  if (enabled) {
    if (mayCarryExtension(v) && v.extensionSignature.length === 0) throw new TypesError('vote', 'vote extension absent');
  } else if (v.extension.length > 0 || v.extensionSignature.length > 0) {
    throw new TypesError('vote', 'vote extension present while extensions are disabled');
  }
}

// The compact light block: header, validators, and of the commit exactly the signatures that a step looks at (light-client.md §8). Lossless
// for verification: the header's hash, the sign bytes and the verdict are those of the whole block. It is no evidence and no commit for others.
//
// message CompactLightBlock (trellis.light.v1), all but round and signatures the header's:
//   1 block version, 2 app version, 3 chain id (none: the one asked), 4 height, 5 seconds, 6 nanoseconds, 7 last block id (BlockID),
//   8 last commit hash, 9 data hash (none: of nothing), 10 validators hash (none: of the set), 11 next validators hash (none: as 10),
//   12 consensus hash, 13 app hash, 14 last results hash (none: of nothing), 15 evidence hash (none: of nothing), 16 proposer address;
//   17 round, 18 parts, 19 parts' hash, 20 bitmap of the signatures sent, 21 bitmap of those flagged COMMIT up to the last of them,
//   22 the signatures: zigzag varint of (time − header's time) in ns and 64 bytes each, 23 the set (none: one that the reader has).
// A set: type's number, power as varints and the key, for each validator in the set's order.
import { sha256 } from '../../chain/crypto/sha256.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { joinTime } from '../../chain/encoding/time.ts';
import type { BlockId } from '../../chain/types/block-id.ts';
import { ABSENT_COMMIT_SIG, BLOCK_ID_FLAG_COMMIT, type CommitSig } from '../../chain/types/commit.ts';
import { type Header, headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { KEY_NUMBERS, type PublicKeyType } from '../../chain/types/public-key.ts';
import { newValidator, type Validator } from '../../chain/types/validator.ts';
import { KEY_SIZES } from '../../chain/types/validator-address.ts';
import { ValidatorList } from '../../chain/types/validator-list.ts';
import { LightError } from '../errors.ts';
import type { VerificationPlan } from '../verifier/plan.ts';
import { asText, Cursor, message } from '../wire.ts';

export interface CompactLightBlock extends LightBlock {
  /** Indices in the commit of the signatures that came; the other entries are placeholders. */
  readonly sent: ReadonlySet<number>;
}

export const SIGNATURE_BYTES = 64;
const VALIDATORS_MAX = 10_000;

const bad = (what: string): never => {
  throw new LightError('invalid-header', `compact block: ${what}`);
};

/** Throws LightError. */
export function readSet(b: Uint8Array): ValidatorList {
  const c = new Cursor(b);
  const list: Validator[] = [];
  while (!c.done) {
    const number = Number(c.varint());
    const type = (Object.keys(KEY_NUMBERS) as PublicKeyType[]).find((k) => KEY_NUMBERS[k] === number) ?? bad('a key of an unknown type');
    const power = c.varint();
    list.push(newValidator({ case: type, value: c.take(KEY_SIZES[type]) }, power));
    if (list.length > VALIDATORS_MAX) bad('too many validators');
  }
  // Who proposes is not hashed, and nobody asks.
  return new ValidatorList(list, list[0]);
}

const isSet = (bitmap: Uint8Array, i: number): boolean => (((bitmap[i >> 3] ?? 0) >> (i & 7)) & 1) === 1;

function blockId(b: Uint8Array): BlockId {
  const id = message(b);
  const parts = message(id.bytes(2));
  return { hash: id.bytes(1), partSetHeader: { total: parts.number(1), hash: parts.bytes(2) } };
}

/** The header alone, where the block is read for nothing else; `set` is one that is known or came with it. Throws LightError. */
function read(b: Uint8Array, chainId: string, known: readonly ValidatorList[]) {
  const f = message(b);
  const { int64, bytes } = f;
  const nothing = sha256(bytes(0));
  const own = f.one(23, readSet);
  const validatorsHash = bytes(10, own?.hash());
  const header: Header = {
    version: { block: int64(1), app: int64(2) },
    chainId: f.one(3, asText) ?? chainId,
    height: int64(4),
    time: joinTime(int64(5), f.number(6)),
    lastBlockId: blockId(bytes(7)),
    lastCommitHash: bytes(8),
    dataHash: bytes(9, nothing),
    validatorsHash,
    nextValidatorsHash: bytes(11, validatorsHash),
    consensusHash: bytes(12),
    appHash: bytes(13),
    lastResultsHash: bytes(14, nothing),
    evidenceHash: bytes(15, nothing),
    proposerAddress: bytes(16),
  };
  return { header, set: own ?? known.find((s) => bytesEqual(s.hash(), validatorsHash)), number: f.number, bytes };
}

/** Of a header that is proven by its hash. Throws LightError. */
export function readHeader(b: Uint8Array, chainId: string): Header {
  return read(b, chainId, []).header;
}

/** `known`: sets that a block may name by their hash. Throws LightError. */
export function readCompact(b: Uint8Array, chainId: string, known: readonly ValidatorList[]): CompactLightBlock {
  const { header, set = bad('validators that are not known'), number, bytes } = read(b, chainId, known);
  const [here, flagged] = [bytes(20), bytes(21)];
  const c = new Cursor(bytes(22));
  const sent = new Set<number>();
  const signatures = set.validators.map(({ address }, i): CommitSig => {
    if (isSet(here, i)) {
      sent.add(i);
      const zigzag = c.varint();
      const timestamp = header.time + ((zigzag >> 1n) ^ -(zigzag & 1n));
      return { blockIdFlag: BLOCK_ID_FLAG_COMMIT, validatorAddress: address, timestamp, signature: c.take(SIGNATURE_BYTES) };
    }
    // Nobody may look at it: assertExact.
    const unseen = { blockIdFlag: BLOCK_ID_FLAG_COMMIT, validatorAddress: address, timestamp: header.time, signature: new Uint8Array(SIGNATURE_BYTES) };
    return isSet(flagged, i) ? unseen : ABSENT_COMMIT_SIG;
  });
  if (!c.done || Math.max(here.length, flagged.length) * 8 > set.size + 7) bad('more signatures than validators');
  const commit = {
    height: header.height,
    round: number(17),
    blockId: { hash: headerHash(header), partSetHeader: { total: number(18), hash: bytes(19) } },
    signatures,
  };
  return { signedHeader: { header, commit }, validatorSet: set, sent };
}

/** The signatures that came are those that the step looks at, no fewer and no others. Throws LightError. */
export function assertExact(plan: VerificationPlan, b: CompactLightBlock): void {
  if (plan.checks.length !== b.sent.size || !plan.checks.every((c) => b.sent.has(c.index))) {
    throw new LightError('invalid-commit', 'compact block: other signatures than those of its step', b.signedHeader.header.height);
  }
}

// What a node makes of a light block for one step of a light client: see read.ts for the form.
import { sha256 } from '../../chain/crypto/sha256.ts';
import { bytesEqual, utf8 } from '../../chain/encoding/bytes.ts';
import { bytesField, embedField, varint, varintField } from '../../chain/encoding/proto-bytes.ts';
import { splitTime } from '../../chain/encoding/time.ts';
import { blockIdBytes } from '../../chain/types/block-id.ts';
import type { CommitSig } from '../../chain/types/commit.ts';
import { counts } from '../../chain/types/counted-votes.ts';
import type { Header } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { KEY_NUMBERS } from '../../chain/types/public-key.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';
import { SIGNATURE_BYTES } from './read.ts';

/** A block that has no compact form: a reader takes the whole one. */
export class NotCompact extends Error {}

const NOTHING = sha256(new Uint8Array(0));

/** A hash, left out where it is the one that the reader supposes. */
const hashField = (no: number, hash: Uint8Array, supposed: Uint8Array): number[] => (bytesEqual(hash, supposed) ? [] : embedField(no, hash));

export function writeSet(s: ValidatorList): Uint8Array {
  return Uint8Array.from(s.validators.flatMap((v) => [...varint(KEY_NUMBERS[v.pubKey.case]), ...varint(v.votingPower), ...v.pubKey.value]));
}

/** `hasSet`: whether the set goes with it, whose hash need not. */
export function writeHeader(h: Header, chainId: string, hasSet = false): number[] {
  const { seconds, nanos } = splitTime(h.time);
  return [
    ...varintField(1, h.version.block),
    ...varintField(2, h.version.app),
    ...(h.chainId === chainId ? [] : embedField(3, utf8(h.chainId))),
    ...varintField(4, h.height),
    ...varintField(5, seconds),
    ...varintField(6, nanos),
    ...embedField(7, blockIdBytes(h.lastBlockId)),
    ...bytesField(8, h.lastCommitHash),
    ...hashField(9, h.dataHash, NOTHING),
    ...(hasSet ? [] : bytesField(10, h.validatorsHash)),
    ...hashField(11, h.nextValidatorsHash, h.validatorsHash),
    ...bytesField(12, h.consensusHash),
    ...bytesField(13, h.appHash),
    ...hashField(14, h.lastResultsHash, NOTHING),
    ...hashField(15, h.evidenceHash, NOTHING),
    ...bytesField(16, h.proposerAddress),
  ];
}

/** Indices of the signatures that a step looks at, ascending: until 2/3 of the own set, and until 1/3 of the trusted one. */
function wanted(b: LightBlock, trusted: ValidatorList | undefined): readonly number[] {
  const own = b.validatorSet;
  const out = new Set<number>();
  const visit = (enough: bigint, powerOf: (s: CommitSig, i: number) => bigint | undefined): void => {
    let tallied = 0n;
    for (const [i, s] of b.signedHeader.commit.signatures.entries()) {
      const power = counts(s) ? powerOf(s, i) : undefined;
      if (power === undefined) continue;
      out.add(i);
      tallied += power;
      if (tallied > enough) return;
    }
  };
  visit((own.totalVotingPower * 2n) / 3n, (_, i) => own.getByIndex(i)?.votingPower);
  if (trusted !== undefined) visit(trusted.totalVotingPower / 3n, (s) => trusted.getByAddress(s.validatorAddress)?.validator.votingPower);
  return [...out].sort((x, y) => x - y);
}

function bitmap(indices: readonly number[]): Uint8Array {
  const out = new Uint8Array(((indices.at(-1) ?? -1) >> 3) + 1);
  for (const i of indices) out[i >> 3] = (out[i >> 3] as number) | (1 << (i & 7));
  return out;
}

/**
 * For a step from `trusted`, the validators of the trusted height; undefined: from the height before. `withSet`: the reader has not the block's
 * set. Throws NotCompact.
 */
export function writeCompact(b: LightBlock, chainId: string, trusted: ValidatorList | undefined, withSet: boolean): Uint8Array {
  const { header, commit } = b.signedHeader;
  const sent = wanted(b, trusted);
  const last = sent.at(-1) ?? -1;
  const flagged = commit.signatures.flatMap((s, i) => (i <= last && counts(s) ? [i] : []));
  const signatures = sent.flatMap((i) => {
    const s = commit.signatures[i] as CommitSig;
    const later = s.timestamp - header.time;
    if (s.signature.length !== SIGNATURE_BYTES || later !== BigInt.asIntN(63, later)) throw new NotCompact(`signature ${i}`);
    if (!bytesEqual(s.validatorAddress, b.validatorSet.getByIndex(i)?.address ?? s.signature)) throw new NotCompact(`address ${i}`);
    return [...varint(later < 0n ? -2n * later - 1n : 2n * later), ...s.signature];
  });
  return Uint8Array.from([
    ...writeHeader(header, chainId, withSet),
    ...varintField(17, commit.round),
    ...varintField(18, commit.blockId.partSetHeader.total),
    ...bytesField(19, commit.blockId.partSetHeader.hash),
    ...bytesField(20, bitmap(sent)),
    ...bytesField(21, bitmap(flagged)),
    ...bytesField(22, signatures),
    ...(withSet ? bytesField(23, writeSet(b.validatorSet)) : []),
  ]);
}

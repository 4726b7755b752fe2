// Sign bytes read back: what a stored signature was for.
import { bytesEqual } from '../encoding/bytes.ts';
import { type Codec, enumeration, int64, message, optional, sfixed64, string, time } from '../encoding/codec.ts';
import { Reader } from '../encoding/proto-wire.ts';
import type { Time } from '../encoding/time.ts';
import type { BlockId } from '../types/block-id.ts';
import { blockIdCodec } from '../types/block-id-codec.ts';
import { PROPOSAL } from '../types/proposal.ts';
import { PRECOMMIT, PREVOTE } from '../types/vote.ts';

interface Canonical {
  readonly type: number;
  readonly height: bigint;
  readonly round: bigint;
  readonly blockId: BlockId | undefined;
  readonly timestamp: Time;
  readonly chainId: string;
}
interface CanonicalProposal extends Canonical {
  readonly polRound: bigint;
}

const voteCodec: Codec<Canonical> = message('tendermint.types.CanonicalVote', {
  type: enumeration(1),
  height: sfixed64(2),
  round: sfixed64(3),
  blockId: optional(4, blockIdCodec),
  timestamp: time(5),
  chainId: string(6),
});

const proposalCodec: Codec<CanonicalProposal> = message('tendermint.types.CanonicalProposal', {
  type: enumeration(1),
  height: sfixed64(2),
  round: sfixed64(3),
  polRound: int64(4),
  blockId: optional(5, blockIdCodec),
  timestamp: time(6),
  chainId: string(7),
});

/** The field that both messages share. */
const typeCodec: Codec<{ type: number }> = message('tendermint.types.CanonicalVote', { type: enumeration(1) });

/** The part of a height and round in which something is signed. */
export const STEP_NONE = 0;
export const STEP_PROPOSE = 1;
export const STEP_PREVOTE = 2;
export const STEP_PRECOMMIT = 3;

export interface Signed {
  readonly height: bigint;
  readonly round: bigint;
  readonly step: number;
  readonly timestamp: Time;
  /** The same sign bytes with another timestamp. */
  withTimestamp(t: Time): Uint8Array;
}

function read<T extends Canonical>(codec: Codec<T>, signBytes: Uint8Array, step: number): Signed {
  const m = codec.decode(new Reader(signBytes).bytes());
  if (!bytesEqual(codec.encodeDelimited(m), signBytes)) throw new RangeError('not the canonical encoding');
  return { height: m.height, round: m.round, step, timestamp: m.timestamp, withTimestamp: (t) => codec.encodeDelimited({ ...m, timestamp: t }) };
}

/** Throws on bytes that are not exactly the sign bytes of a vote or a proposal. */
export function readSignBytes(signBytes: Uint8Array): Signed {
  const { type } = typeCodec.decode(new Reader(signBytes).bytes());
  if (type === PROPOSAL) return read(proposalCodec, signBytes, STEP_PROPOSE);
  if (type === PREVOTE) return read(voteCodec, signBytes, STEP_PREVOTE);
  if (type === PRECOMMIT) return read(voteCodec, signBytes, STEP_PRECOMMIT);
  throw new RangeError(`neither a vote nor a proposal: type ${type}`);
}

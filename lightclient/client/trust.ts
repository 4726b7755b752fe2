// What a light client keeps of a header that it trusts: 148 bytes, enough to verify the next one. Sets are asked for again and checked by hash.
import { concatBytes } from '../../chain/encoding/bytes.ts';
import { joinTime, splitTime, type Time } from '../../chain/encoding/time.ts';
import { headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { LightError } from '../errors.ts';

/** Hashes are 32 bytes. */
export interface Trust {
  readonly height: bigint;
  readonly time: Time;
  readonly hash: Uint8Array;
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  /** Root of the log of block hashes before it (module `history`), zeros where the chain has none or it is not known. */
  readonly logRoot: Uint8Array;
}

export const TRUST_BYTES = 148;
export const NO_ROOT = /* @__PURE__ */ new Uint8Array(32);

export function trustOf({ signedHeader: { header } }: LightBlock): Trust {
  const { height, time, validatorsHash, nextValidatorsHash } = header;
  return { height, time, hash: headerHash(header), validatorsHash, nextValidatorsHash, logRoot: NO_ROOT };
}

/** Height be64, seconds be64, nanoseconds be32, then the four hashes. */
export function encodeTrust(t: Trust): Uint8Array {
  const head = new Uint8Array(20);
  const v = new DataView(head.buffer);
  const { seconds, nanos } = splitTime(t.time);
  v.setBigInt64(0, t.height);
  v.setBigInt64(8, seconds);
  v.setUint32(16, nanos);
  return concatBytes(head, t.hash, t.validatorsHash, t.nextValidatorsHash, t.logRoot);
}

/** Throws LightError `store` for another number of bytes. */
export function decodeTrust(b: Uint8Array): Trust {
  if (b.length !== TRUST_BYTES) throw new LightError('store', `a state of ${b.length} bytes`);
  const v = new DataView(b.buffer, b.byteOffset);
  const hash = (i: number): Uint8Array => b.slice(20 + 32 * i, 52 + 32 * i);
  return {
    height: v.getBigInt64(0),
    time: joinTime(v.getBigInt64(8), v.getUint32(16)),
    hash: hash(0),
    validatorsHash: hash(1),
    nextValidatorsHash: hash(2),
    logRoot: hash(3),
  };
}

// Evidence as it is kept: an Any of a registered kind, of which there is one. Source: cosmossdk.io/x/evidence v0.2.0 types/evidence.go.
import { plainError } from '../../chain/core/errors.ts';
import { tmhash } from '../../chain/crypto/sha256.ts';
import { formatTime, splitTime } from '../../chain/encoding/time.ts';
import { Equivocation } from '../../proto/gen/cosmos/evidence/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';

/** A validator signed two blocks at one height. */
export const EQUIVOCATION_URL = `/${Equivocation.name}`;
export const EQUIVOCATION_ROUTE = 'equivocation';

export const equivocationHash = (e: Equivocation): Uint8Array => tmhash(Equivocation.encode(e));

export function equivocationToAny(e: Equivocation): Any {
  return { typeUrl: EQUIVOCATION_URL, value: Equivocation.encode(e) };
}

/** undefined for another kind; throws WireError for undecodable bytes. */
export function equivocationOf(any: Any): Equivocation | undefined {
  return any.typeUrl === EQUIVOCATION_URL ? Equivocation.decode(any.value) : undefined;
}

/** Throws a plain error with what is wrong. */
export function validateEquivocation(e: Equivocation): void {
  if (splitTime(e.time).seconds <= 0n) {
    const [date, clock = ''] = formatTime(e.time).slice(0, -1).split('T');
    throw plainError(`invalid equivocation time: ${date} ${clock} +0000 UTC`);
  }
  if (e.height < 1n) throw plainError(`invalid equivocation height: ${e.height}`);
  if (e.power < 1n) throw plainError(`invalid equivocation validator power: ${e.power}`);
  if (e.consensusAddress === '') throw plainError('invalid equivocation validator consensus address: ');
}

// Parameters of slashing. Source: sdk:x/slashing/types/params.go, genesis.go.
import { plainError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { NANOS_PER_SECOND } from '../../chain/encoding/time.ts';
import type { Params } from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import { formatGoDuration } from '../../proto/go-duration.ts';

export const DEFAULT_PARAMS: Params = {
  signedBlocksWindow: 100n,
  minSignedPerWindow: Dec.toWire(Dec.withPrecision(5n, 1)),
  downtimeJailDuration: 600n * NANOS_PER_SECOND,
  slashFractionDoubleSign: Dec.toWire(Dec.withPrecision(5n, 2)),
  slashFractionDowntime: Dec.toWire(Dec.withPrecision(1n, 2)),
};

function checkFraction(text: string, name: string): void {
  if (text === '') throw plainError(`${name} cannot be nil: <nil>`);
  const d = Dec.fromWire(text);
  if (d < 0n) throw plainError(`${name} cannot be negative: ${Dec.format(d)}`);
  if (d > Dec.one) throw plainError(`${name} too large: ${Dec.format(d)}`);
}

/** Throws a plain error with the first thing that is wrong. */
export function validateParams(p: Params): void {
  if (p.signedBlocksWindow <= 0n) throw plainError(`signed blocks window must be positive: ${p.signedBlocksWindow}`);
  checkFraction(p.minSignedPerWindow, 'min signed per window');
  if (p.downtimeJailDuration <= 0n) throw plainError(`downtime jail duration must be positive: ${formatGoDuration(p.downtimeJailDuration)}`);
  checkFraction(p.slashFractionDoubleSign, 'double sign slash fraction');
  checkFraction(p.slashFractionDowntime, 'downtime slash fraction');
}

/** A genesis is held to more than a change is. Throws a plain error. */
export function validateGenesisParams(p: Params): void {
  const fraction = (text: string, name: string): void => {
    const d = Dec.fromWire(text);
    if (d < 0n || d > Dec.one) throw plainError(`${name} should be less than or equal to one and greater than zero, is ${Dec.format(d)}`);
  };
  fraction(p.slashFractionDowntime, 'slashing fraction downtime');
  fraction(p.slashFractionDoubleSign, 'slashing fraction double sign');
  fraction(p.minSignedPerWindow, 'min signed per window');
  if (p.downtimeJailDuration < 60n * NANOS_PER_SECOND) {
    throw plainError(`downtime unjail duration must be at least 1 minute, is ${formatGoDuration(p.downtimeJailDuration)}`);
  }
  if (p.signedBlocksWindow < 10n) throw plainError(`signed blocks window must be at least 10, is ${p.signedBlocksWindow}`);
}

/** Blocks of a window that must be signed, half to even. */
export const minSigned = (p: Params): bigint => Dec.roundInt(Dec.mulInt(Dec.fromWire(p.minSignedPerWindow), p.signedBlocksWindow));

// What a list of changes makes of a validator set (cmt:types/validator_set.go updateWithChangeSet), before rescaling and ordering.
import { bytesEqual, compareBytes, toHexUpper } from '../encoding/bytes.ts';
import { TypesError } from './errors.ts';
import type { Validator } from './validator.ts';

/** The part of a set that planning reads. */
export interface CurrentValidators {
  readonly validators: readonly Validator[];
  readonly totalVotingPower: bigint;
  getByAddress(address: Uint8Array): { readonly validator: Validator } | undefined;
}

function fail(why: string): never {
  throw new TypesError('validator-set', why);
}

/** Changes in address order, split into updates and removals. */
function split(changes: readonly Validator[], maxPower: bigint): { updates: Validator[]; removals: Validator[] } {
  const sorted = [...changes].sort((a, b) => compareBytes(a.address, b.address));
  const updates: Validator[] = [];
  const removals: Validator[] = [];
  for (const [i, c] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before !== undefined && bytesEqual(before.address, c.address)) fail(`duplicate entry ${toHexUpper(c.address)} in the validator changes`);
    if (c.votingPower < 0n) fail(`voting power can't be negative: ${c.votingPower}`);
    if (c.votingPower > maxPower) fail(`to prevent clipping/overflow, voting power can't be higher than ${maxPower}, got ${c.votingPower}`);
    (c.votingPower === 0n ? removals : updates).push(c);
  }
  return { updates, removals };
}

/** Total after the updates and before the removals; throws where the total after both would pass the maximum on the way. */
function totalAfterUpdates(current: CurrentValidators, updates: readonly Validator[], removedPower: bigint, maxPower: bigint): bigint {
  const deltas = updates.map((u) => u.votingPower - (current.getByAddress(u.address)?.validator.votingPower ?? 0n));
  deltas.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let total = current.totalVotingPower - removedPower;
  for (const d of deltas) {
    total += d;
    if (total > maxPower) fail(`total voting power of resulting valset exceeds max ${maxPower}`);
  }
  return total + removedPower;
}

/** The validators after the changes, in no order that matters. Throws TypesError and then nothing has changed. */
export function planValidatorChanges(
  current: CurrentValidators,
  changes: readonly Validator[],
  allowRemovals: boolean,
  maxPower: bigint,
): readonly Validator[] {
  const { updates, removals } = split(changes, maxPower);
  const first = removals[0];
  if (!allowRemovals && first !== undefined) fail(`cannot process validators with voting power 0: ${toHexUpper(first.address)}`);
  const added = updates.filter((u) => current.getByAddress(u.address) === undefined).length;
  if (added === 0 && current.validators.length === removals.length) fail('applying the validator changes would result in empty set');
  let removedPower = 0n;
  for (const r of removals) {
    const found = current.getByAddress(r.address) ?? fail(`failed to find validator ${toHexUpper(r.address)} to remove`);
    removedPower += found.validator.votingPower;
  }
  const total = totalAfterUpdates(current, updates, removedPower, maxPower);
  // A newcomer starts behind everyone, so that leaving and coming back does not reset a low priority.
  const newcomerPriority = -(total + (total >> 3n));
  const byAddress = new Map<string, Validator>();
  for (const v of current.validators) byAddress.set(toHexUpper(v.address), v);
  for (const u of updates) {
    const known = current.getByAddress(u.address);
    byAddress.set(toHexUpper(u.address), { ...u, proposerPriority: known?.validator.proposerPriority ?? newcomerPriority });
  }
  for (const r of removals) byAddress.delete(toHexUpper(r.address));
  return [...byAddress.values()];
}

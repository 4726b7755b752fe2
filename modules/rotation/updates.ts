// What the engine is told while a key is on its way: it has the new key from two heights after the block that said so, the state takes it then.
// Until that, staking speaks of the old key, and its words are put into those that the engine knows.
// Source: Cosmos SDK 0.55 x/staking/keeper/rotation.go ProcessValidatorUpdatesForConsKeyRotations.
import type { Pair } from '../../chain/core/collections/key-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import type { ValidatorUpdate } from '../../chain/core/module.ts';
import { consensusKey, validatorUpdate } from '../../chain/core/staking.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import type { PublicKey } from '../../chain/types/public-key.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import type { StakingKeeper } from './expected-keepers.ts';
import { UPDATE_DELAY } from './keys.ts';

export interface PendingUpdate {
  readonly old: PublicKey;
  readonly fresh: PublicKey;
  /** The power the engine has under the old key, and is to have under the new one from this block on; undefined where it knows already. */
  readonly swapped: bigint | undefined;
}

const sameKey = (a: PublicKey, b: PublicKey): boolean => a.case === b.case && bytesEqual(a.value, b.value);

/** Rotations that the engine knows of, or is told of with this block. */
export function pendingUpdates(pending: Iterable<readonly [Pair<bigint, Uint8Array>, Any]>, staking: StakingKeeper, ctx: Context): readonly PendingUpdate[] {
  const out: PendingUpdate[] = [];
  for (const [[applyHeight, operator], key] of pending) {
    const toldAt = applyHeight - UPDATE_DELAY;
    const v = toldAt > ctx.height ? undefined : staking.validator(ctx, operator);
    if (v === undefined) continue;
    const power = staking.lastValidatorPower.get(ctx, operator) ?? 0n;
    out.push({
      old: consensusKey(v),
      fresh: validatorUpdate({ ...v, consensusPubkey: key }).pubKey,
      swapped: toldAt === ctx.height && power > 0n ? power : undefined,
    });
  }
  return out;
}

function rewritten(u: ValidatorUpdate, p: PendingUpdate): readonly ValidatorUpdate[] {
  const fresh: ValidatorUpdate = { pubKey: p.fresh, power: u.power };
  if (p.swapped === undefined) return [fresh];
  const gone: ValidatorUpdate = { pubKey: p.old, power: 0n };
  // It leaves with this very block: the engine never hears of the new key.
  return u.power === 0n ? [gone] : [gone, fresh];
}

export function rewriteUpdates(pending: readonly PendingUpdate[], updates: readonly ValidatorUpdate[]): readonly ValidatorUpdate[] {
  if (pending.length === 0) return updates;
  const told = updates.flatMap((u) => {
    const p = pending.find((x) => sameKey(x.old, u.pubKey));
    return p === undefined ? [u] : rewritten(u, p);
  });
  for (const p of pending) {
    if (p.swapped === undefined || updates.some((u) => sameKey(u.pubKey, p.old))) continue;
    told.push({ pubKey: p.old, power: 0n }, { pubKey: p.fresh, power: p.swapped });
  }
  return told;
}

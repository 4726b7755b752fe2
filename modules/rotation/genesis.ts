// Genesis of rotation. What is on its way begins anew with the first block: the new engine has the old key.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { accountKeyFromAny, keyAddress } from '../../chain/core/public-key.ts';
import { compareBytes } from '../../chain/encoding/bytes.ts';
import { GenesisState, type PendingRotation, type Rotation } from '../../proto/gen/trellis/rotation/v1.ts';
import { LOCK, type RotationKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { validateParams } from './msg-server.ts';

/** 1 of the staked coin, in millionths. */
const FEE = 1_000_000n;

export function defaultGenesis(feeDenom: string): Json {
  return writeGenesis(GenesisState, { params: { keyRotationFee: { denom: feeDenom, amount: FEE.toString() } }, rotations: [], pending: [] });
}

/** Keys and addresses fail in ways of their own. */
function readable(what: string, read: () => unknown): void {
  try {
    read();
  } catch (e) {
    throw new GenesisError(MODULE_NAME, `${what}: ${e instanceof Error ? e.message : String(e)}`);
  }
}

export function validateGenesis(k: RotationKeeper, json: Json): void {
  const { params, rotations, pending } = readGenesis(MODULE_NAME, GenesisState, json);
  try {
    validateParams(params);
  } catch (e) {
    throw e instanceof SdkError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
  const once = (list: readonly { readonly validatorAddress: string }[]): boolean => new Set(list.map((x) => x.validatorAddress)).size === list.length;
  if (!once(rotations) || !once(pending)) throw new GenesisError(MODULE_NAME, 'a validator rotates twice');
  const { validatorAddresses, consensusAddresses } = k.staking;
  for (const r of rotations)
    readable(`the rotation of ${r.validatorAddress}`, () => [
      validatorAddresses.toBytes(r.validatorAddress),
      consensusAddresses.toBytes(r.oldConsensusAddress),
    ]);
  for (const p of pending) {
    readable(`the new key of ${p.validatorAddress}`, () => p.newPubkey && keyAddress(accountKeyFromAny(p.newPubkey)));
    if (p.newPubkey === undefined || p.applyHeight !== 0n)
      throw new GenesisError(MODULE_NAME, `the rotation of ${p.validatorAddress} lacks its key or has a height`);
    if (!rotations.some((r) => r.validatorAddress === p.validatorAddress))
      throw new GenesisError(MODULE_NAME, `the pending rotation of ${p.validatorAddress} has no record`);
  }
}

export function initGenesis(k: RotationKeeper, ctx: Context, json: Json): void {
  validateGenesis(k, json);
  const { params, rotations, pending } = readGenesis(MODULE_NAME, GenesisState, json);
  const operatorOf = (x: { readonly validatorAddress: string }): Uint8Array => k.staking.validatorAddresses.toBytes(x.validatorAddress);
  k.params.set(ctx, params);
  for (const r of rotations) {
    const [operator, old] = [operatorOf(r), k.staking.consensusAddresses.toBytes(r.oldConsensusAddress)];
    k.queue.set(ctx, [r.maturityTime, operator], old);
    k.rotated.add(ctx, operator);
    const kind = pending.some((p) => p.validatorAddress === r.validatorAddress) ? LOCK.leaving : LOCK.left;
    k.locked.set(ctx, old, { kind, operator });
  }
  for (const p of pending) {
    if (p.newPubkey === undefined) continue;
    const operator = operatorOf(p);
    k.locked.set(ctx, keyAddress(accountKeyFromAny(p.newPubkey)), { kind: LOCK.coming, operator });
    k.pending.set(ctx, [0n, operator], p.newPubkey);
  }
}

/** By time, then by validator. */
export function rotationsOf(k: RotationKeeper, ctx: Context): Rotation[] {
  return [...k.queue.walk(ctx)].map(([[maturityTime, operator], old]) => ({
    validatorAddress: k.staking.validatorAddresses.toString(operator),
    oldConsensusAddress: k.staking.consensusAddresses.toString(old),
    maturityTime,
  }));
}

export function pendingOf(k: RotationKeeper, ctx: Context): PendingRotation[] {
  return [...k.pending.walk(ctx)].map(([[applyHeight, operator], newPubkey]) => ({
    validatorAddress: k.staking.validatorAddresses.toString(operator),
    newPubkey,
    applyHeight,
  }));
}

export function exportGenesis(k: RotationKeeper, ctx: Context): Json {
  // Their heights go, so they stand in the order that reading them gives.
  const operatorOf = (p: PendingRotation): Uint8Array => k.staking.validatorAddresses.toBytes(p.validatorAddress);
  const pending = pendingOf(k, ctx)
    .map((p) => ({ ...p, applyHeight: 0n }))
    .sort((a, b) => compareBytes(operatorOf(a), operatorOf(b)));
  return writeGenesis(GenesisState, { params: k.getParams(ctx), rotations: rotationsOf(k, ctx), pending });
}

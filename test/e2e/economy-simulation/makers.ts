// What simd of SDK 0.53 does not have, or not every chain: keys that change, accounts that vest, transactions without an order.
import { MsgMultiSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { PubKey as Ed25519Key } from '../../../proto/gen/cosmos/crypto/ed25519.ts';
import { MsgRotateConsPubKey } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import { MsgCreatePeriodicVestingAccount, MsgCreatePermanentLockedAccount, MsgCreateVestingAccount } from '../../../proto/gen/cosmos/vesting/v1beta1.ts';
import { MsgUpdateParams } from '../../../proto/gen/trellis/rotation/v1.ts';
import { MAKERS, type Weighted } from '../../interop/economy/plan.ts';
import { any, type Maker, type World } from '../../interop/economy/world.ts';

const NANOS = 1_000_000_000n;

const rotate: Maker = (w) => {
  const r = w.random;
  const { staking, rotation } = w.app.keepers;
  const { validators } = w.app.addresses;
  const all = [...staking.allValidators(w.state())];
  const v = all.length === 0 ? undefined : r.pick(all);
  const from = v && w.accountOf(w.app.addresses.toString(validators.toBytes(v.operatorAddress)));
  if (v === undefined || from === undefined) return undefined;
  // Somebody's key, or one of a wrong length, now and then; and a second time within the unbonding time.
  if ([...rotation.rotated.walk(w.state())].length > 2 && r.chance(0.5)) return undefined;
  const other = r.chance(0.1) ? r.pick(all).consensusPubkey : undefined;
  const newPubkey = r.chance(0.02) ? undefined : (other ?? any(Ed25519Key, { key: r.bytes(r.chance(0.03) ? 31 : 32) }));
  return { name: 'rotate key', from, messages: [any(MsgRotateConsPubKey, { validatorAddress: v.operatorAddress, newPubkey })] };
};

const rotationFee: Maker = (w) => {
  const from = w.account();
  const params = { keyRotationFee: w.coin(w.amount()) };
  return { name: 'rotation fee', from, messages: [any(MsgUpdateParams, { authority: from.address, params })] };
};

/** Nobody's yet, mostly. */
const fresh = (w: World): string => (w.random.chance(0.1) ? w.account().address : w.app.addresses.toString(w.random.bytes(20)));

const vest: Maker = (w) => {
  const from = w.account();
  const r = w.random;
  const now = w.time / NANOS;
  const amount = [w.coin(w.amount(50_000))];
  const base = { fromAddress: from.address, toAddress: fresh(w) };
  const soon = (): bigint => BigInt(r.between(r.chance(0.05) ? -5 : 1, 900));
  const vestingPeriods = Array.from({ length: r.between(r.chance(0.1) ? 0 : 1, 4) }, () => ({ length: soon(), amount }));
  const message = r.pick([
    () => any(MsgCreateVestingAccount, { ...base, amount, endTime: now + soon(), delayed: r.chance(0.5) }),
    () => any(MsgCreatePermanentLockedAccount, { ...base, amount }),
    () => any(MsgCreatePeriodicVestingAccount, { ...base, startTime: now - 5n, vestingPeriods }),
  ])();
  return { name: 'create vesting account', from, messages: [message] };
};

const multiSend: Maker = (w) => {
  const from = w.account();
  const each = BigInt(w.random.between(1, 100_000));
  const outputs = Array.from({ length: w.random.between(1, 4) }, () => ({ address: fresh(w), coins: [w.coin(each)] }));
  const coins = [w.coin(each * BigInt(outputs.length) + (w.random.chance(0.1) ? 1n : 0n))];
  return { name: 'send to many', from, messages: [any(MsgMultiSend, { inputs: [{ address: from.address, coins }], outputs })] };
};

/** By a time instead of a sequence, sometimes too late or too early. */
const unordered: Maker = (w) => {
  const p = multiSend(w);
  const timeoutTimestamp = w.time + BigInt(w.random.between(w.random.chance(0.1) ? -20 : 1, w.random.chance(0.1) ? 2000 : 500)) * NANOS;
  return p && { ...p, name: 'unordered', options: { unordered: true, sequence: 0n, timeoutTimestamp } };
};

export const ALL_MAKERS: Weighted = [...MAKERS, [5, rotate], [0.3, rotationFee], [1, vest], [3, multiSend], [2, unordered]];

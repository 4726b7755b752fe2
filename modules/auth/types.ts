// Accounts: one shape for all kinds inside, the reference's messages at the border. Values are never changed, only replaced.
// Source: sdk:x/auth/types/account.go, x/auth/vesting/types/vesting_account.go.

import { type Coin, coinsFromProto, coinsToProto } from '../../chain/core/coins.ts';
import { remembered, type ValueCodec } from '../../chain/core/collections/value-codec.ts';
import { ErrUnpackAny } from '../../chain/core/errors.ts';
import { BaseAccount, ModuleAccount } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import {
  type BaseVestingAccount,
  ContinuousVestingAccount,
  DelayedVestingAccount,
  type Period,
  PeriodicVestingAccount,
  PermanentLockedAccount,
} from '../../proto/gen/cosmos/vesting/v1beta1.ts';
import { Any } from '../../proto/gen/google/protobuf.ts';

/** Kinds of vesting: what unlocks, and when. Times in Unix seconds. */
export type VestingKind = 'continuous' | 'delayed' | 'periodic' | 'permanent';

export interface Vesting {
  readonly kind: VestingKind;
  readonly originalVesting: readonly Coin[];
  readonly delegatedFree: readonly Coin[];
  readonly delegatedVesting: readonly Coin[];
  readonly endTime: bigint;
  /** 0 where the kind has none. */
  readonly startTime: bigint;
  /** Of `periodic` only. */
  readonly periods: readonly Period[];
}

export interface Account {
  /** Address, public key, number and sequence. */
  readonly base: BaseAccount;
  /** Name and permissions, where a module owns the account. */
  readonly module: { readonly name: string; readonly permissions: readonly string[] } | undefined;
  readonly vesting: Vesting | undefined;
}

export function baseAccount(base: BaseAccount): Account {
  return { base, module: undefined, vesting: undefined };
}

export function withBase(account: Account, part: Partial<BaseAccount>): Account {
  return { ...account, base: { ...account.base, ...part } };
}

function vestingOf(kind: VestingKind, b: BaseVestingAccount, startTime = 0n, periods: readonly Period[] = []): Vesting {
  return {
    kind,
    originalVesting: coinsFromProto(b.originalVesting),
    delegatedFree: coinsFromProto(b.delegatedFree),
    delegatedVesting: coinsFromProto(b.delegatedVesting),
    endTime: b.endTime,
    startTime,
    periods,
  };
}

function vestingAccount(kind: VestingKind, b: BaseVestingAccount | undefined, startTime?: bigint, periods?: readonly Period[]): Account {
  if (b?.baseAccount === undefined) throw ErrUnpackAny.wrap('a vesting account without its base account');
  return { base: b.baseAccount, module: undefined, vesting: vestingOf(kind, b, startTime, periods) };
}

/** Throws a coded error for an unknown type, WireError for undecodable bytes. */
export function accountFromAny(any: Any): Account {
  switch (any.typeUrl) {
    case '/cosmos.auth.v1beta1.BaseAccount':
      return baseAccount(BaseAccount.decode(any.value));
    case '/cosmos.auth.v1beta1.ModuleAccount': {
      const m = ModuleAccount.decode(any.value);
      if (m.baseAccount === undefined) throw ErrUnpackAny.wrap('a module account without its base account');
      return { base: m.baseAccount, module: { name: m.name, permissions: m.permissions }, vesting: undefined };
    }
    case '/cosmos.vesting.v1beta1.ContinuousVestingAccount': {
      const a = ContinuousVestingAccount.decode(any.value);
      return vestingAccount('continuous', a.baseVestingAccount, a.startTime);
    }
    case '/cosmos.vesting.v1beta1.DelayedVestingAccount':
      return vestingAccount('delayed', DelayedVestingAccount.decode(any.value).baseVestingAccount);
    case '/cosmos.vesting.v1beta1.PeriodicVestingAccount': {
      const a = PeriodicVestingAccount.decode(any.value);
      return vestingAccount('periodic', a.baseVestingAccount, a.startTime, a.vestingPeriods);
    }
    case '/cosmos.vesting.v1beta1.PermanentLockedAccount':
      return vestingAccount('permanent', PermanentLockedAccount.decode(any.value).baseVestingAccount);
    default:
      throw ErrUnpackAny.wrap(`no concrete type registered for type URL ${any.typeUrl} against interface *types.AccountI`);
  }
}

export function accountToAny(a: Account): Any {
  const { base, module, vesting } = a;
  if (module !== undefined) {
    return { typeUrl: '/cosmos.auth.v1beta1.ModuleAccount', value: ModuleAccount.encode({ baseAccount: base, ...module }) };
  }
  if (vesting === undefined) return { typeUrl: '/cosmos.auth.v1beta1.BaseAccount', value: BaseAccount.encode(base) };
  const baseVestingAccount: BaseVestingAccount = {
    baseAccount: base,
    originalVesting: coinsToProto(vesting.originalVesting),
    delegatedFree: coinsToProto(vesting.delegatedFree),
    delegatedVesting: coinsToProto(vesting.delegatedVesting),
    endTime: vesting.endTime,
  };
  const { startTime, periods: vestingPeriods } = vesting;
  switch (vesting.kind) {
    case 'continuous':
      return { typeUrl: '/cosmos.vesting.v1beta1.ContinuousVestingAccount', value: ContinuousVestingAccount.encode({ baseVestingAccount, startTime }) };
    case 'delayed':
      return { typeUrl: '/cosmos.vesting.v1beta1.DelayedVestingAccount', value: DelayedVestingAccount.encode({ baseVestingAccount }) };
    case 'periodic':
      return {
        typeUrl: '/cosmos.vesting.v1beta1.PeriodicVestingAccount',
        value: PeriodicVestingAccount.encode({ baseVestingAccount, startTime, vestingPeriods }),
      };
    case 'permanent':
      return { typeUrl: '/cosmos.vesting.v1beta1.PermanentLockedAccount', value: PermanentLockedAccount.encode({ baseVestingAccount }) };
  }
}

/** An account in state: an Any. */
export const accountValue: ValueCodec<Account> = remembered({
  encode: (a) => Any.encode(accountToAny(a)),
  decode: (b) => accountFromAny(Any.decode(b)),
});

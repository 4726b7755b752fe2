// Delegations under way to somewhere: their entries with numbers, and the reference's messages at the border. Values are never changed, only
// replaced. Source: sdk:x/staking/types/delegation.go.
import { remembered, type ValueCodec } from '../../chain/core/collections/value-codec.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Int } from '../../chain/core/math/int.ts';
import { type Delegation, type Validator, validatorFromProto, validatorToProto } from '../../chain/core/staking.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { Reader, VARINT, Writer } from '../../chain/encoding/proto-wire.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { IntProto } from '../../proto/gen/cosmos/base/v1beta1.ts';
import {
  Delegation as ProtoDelegation,
  Redelegation as ProtoRedelegation,
  UnbondingDelegation as ProtoUnbonding,
  Validator as ProtoValidator,
} from '../../proto/gen/cosmos/staking/v1beta1.ts';

/** What entries of unbondings and redelegations share. */
export interface Entry {
  readonly creationHeight: bigint;
  readonly completionTime: Time;
  readonly initialBalance: Int;
  readonly unbondingId: bigint;
  readonly unbondingOnHoldRefCount: bigint;
}
export interface UnbondingEntry extends Entry {
  /** What is left of the initial balance after slashing. */
  readonly balance: Int;
}
export interface RedelegationEntry extends Entry {
  readonly sharesDst: Dec;
}

export interface UnbondingDelegation {
  readonly delegatorAddress: string;
  readonly validatorAddress: string;
  readonly entries: readonly UnbondingEntry[];
}
export interface Redelegation {
  readonly delegatorAddress: string;
  readonly validatorSrcAddress: string;
  readonly validatorDstAddress: string;
  readonly entries: readonly RedelegationEntry[];
}

export const isMature = (e: Entry, now: Time): boolean => e.completionTime <= now;
export const isOnHold = (e: Entry): boolean => e.unbondingOnHoldRefCount > 0n;

export const delegationToProto = (d: Delegation): ProtoDelegation => ({ ...d, shares: Dec.toWire(d.shares) });
export const delegationFromProto = (d: ProtoDelegation): Delegation => ({ ...d, shares: Dec.fromWire(d.shares) });

export const unbondingToProto = (u: UnbondingDelegation): ProtoUnbonding => ({
  ...u,
  entries: u.entries.map((e) => ({ ...e, initialBalance: Int.toWire(e.initialBalance), balance: Int.toWire(e.balance) })),
});
export const unbondingFromProto = (u: ProtoUnbonding): UnbondingDelegation => ({
  ...u,
  entries: u.entries.map((e) => ({ ...e, initialBalance: Int.fromWire(e.initialBalance), balance: Int.fromWire(e.balance) })),
});

export const redelegationToProto = (r: Redelegation): ProtoRedelegation => ({
  ...r,
  entries: r.entries.map((e) => ({ ...e, initialBalance: Int.toWire(e.initialBalance), sharesDst: Dec.toWire(e.sharesDst) })),
});
export const redelegationFromProto = (r: ProtoRedelegation): Redelegation => ({
  ...r,
  entries: r.entries.map((e) => ({ ...e, initialBalance: Int.fromWire(e.initialBalance), sharesDst: Dec.fromWire(e.sharesDst) })),
});

function converted<P, V extends object>(codec: Codec<P>, to: (v: V) => P, from: (p: P) => V): ValueCodec<V> {
  return remembered({ encode: (v) => codec.encode(to(v)), decode: (b) => from(codec.decode(b)) });
}

export const validatorValue: ValueCodec<Validator> = converted(ProtoValidator, validatorToProto, validatorFromProto);
export const delegationValue: ValueCodec<Delegation> = converted(ProtoDelegation, delegationToProto, delegationFromProto);
export const unbondingValue: ValueCodec<UnbondingDelegation> = converted(ProtoUnbonding, unbondingToProto, unbondingFromProto);
export const redelegationValue: ValueCodec<Redelegation> = converted(ProtoRedelegation, redelegationToProto, redelegationFromProto);

/** sdk.IntProto. */
export const intProtoValue: ValueCodec<Int> = {
  encode: (n) => IntProto.encode({ int: Int.toWire(n) }),
  decode: (b) => Int.fromWire(IntProto.decode(b).int),
};

/** google.protobuf.Int64Value: no bytes for 0. */
export const int64WrapperValue: ValueCodec<bigint> = {
  encode: (n) => (n === 0n ? new Uint8Array(0) : new Writer(11).tag(1, VARINT).varint64(n).finish()),
  decode: (b) => {
    const r = new Reader(b);
    let n = 0n;
    while (!r.done()) {
      const tag = r.tag();
      if (tag === 8) n = r.int64();
      else r.skip(tag & 7);
    }
    return n;
  },
};

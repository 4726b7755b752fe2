// Values of distribution's state and their protobuf form. Source: sdk:proto cosmos/distribution/v1beta1/distribution.proto.
import { remembered, type ValueCodec } from '../../chain/core/collections/value-codec.ts';
import { areDecCoinsZero, type DecCoins, decCoinsFromProto, decCoinsToProto } from '../../chain/core/dec-coin-sums.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { LENGTH_DELIMITED, Reader, Writer } from '../../chain/encoding/proto-wire.ts';
import {
  FeePool,
  DelegatorStartingInfo as ProtoInfo,
  ValidatorSlashEvent as ProtoSlashEvent,
  ValidatorAccumulatedCommission,
  ValidatorCurrentRewards,
  ValidatorHistoricalRewards,
  ValidatorOutstandingRewards,
} from '../../proto/gen/cosmos/distribution/v1beta1.ts';

/** Rewards for one token up to the end of a period, and how many delegations, slashes and current periods need it. */
export interface HistoricalRewards {
  readonly cumulativeRewardRatio: DecCoins;
  readonly referenceCount: number;
}
/** What the delegators of a validator have earned in the period that is not over. */
export interface CurrentRewards {
  readonly rewards: DecCoins;
  readonly period: bigint;
}
/** Where a delegation's reckoning begins. */
export interface StartingInfo {
  readonly previousPeriod: bigint;
  /** In tokens. */
  readonly stake: Dec;
  readonly height: bigint;
}
export interface SlashEvent {
  readonly validatorPeriod: bigint;
  readonly fraction: Dec;
}

export const historicalToProto = (h: HistoricalRewards): ValidatorHistoricalRewards => ({
  ...h,
  cumulativeRewardRatio: decCoinsToProto(h.cumulativeRewardRatio),
});
export const historicalFromProto = (h: ValidatorHistoricalRewards): HistoricalRewards => ({
  ...h,
  cumulativeRewardRatio: decCoinsFromProto(h.cumulativeRewardRatio),
});
export const currentToProto = (c: CurrentRewards): ValidatorCurrentRewards => ({ ...c, rewards: decCoinsToProto(c.rewards) });
export const currentFromProto = (c: ValidatorCurrentRewards): CurrentRewards => ({ ...c, rewards: decCoinsFromProto(c.rewards) });
export const infoToProto = (i: StartingInfo): ProtoInfo => ({ ...i, stake: Dec.toWire(i.stake) });
export const infoFromProto = (i: ProtoInfo): StartingInfo => ({ ...i, stake: Dec.fromWire(i.stake) });
export const slashEventToProto = (e: SlashEvent): ProtoSlashEvent => ({ ...e, fraction: Dec.toWire(e.fraction) });
export const slashEventFromProto = (e: ProtoSlashEvent): SlashEvent => ({ ...e, fraction: Dec.fromWire(e.fraction) });

function converted<P, V extends object>(codec: Codec<P>, to: (v: V) => P, from: (p: P) => V): ValueCodec<V> {
  return remembered({ encode: (v) => codec.encode(to(v)), decode: (b) => from(codec.decode(b)) });
}

export const historicalValue: ValueCodec<HistoricalRewards> = converted(ValidatorHistoricalRewards, historicalToProto, historicalFromProto);
export const currentValue: ValueCodec<CurrentRewards> = converted(ValidatorCurrentRewards, currentToProto, currentFromProto);
export const infoValue: ValueCodec<StartingInfo> = converted(ProtoInfo, infoToProto, infoFromProto);
export const slashEventValue: ValueCodec<SlashEvent> = converted(ProtoSlashEvent, slashEventToProto, slashEventFromProto);
export const outstandingValue: ValueCodec<DecCoins> = converted(
  ValidatorOutstandingRewards,
  (rewards: DecCoins) => ({ rewards: decCoinsToProto(rewards) }),
  (p) => decCoinsFromProto(p.rewards),
);
/** Zero coins are not kept. */
export const commissionValue: ValueCodec<DecCoins> = converted(
  ValidatorAccumulatedCommission,
  (commission: DecCoins) => ({ commission: areDecCoinsZero(commission) ? [] : decCoinsToProto(commission) }),
  (p) => decCoinsFromProto(p.commission),
);
export const feePoolValue: ValueCodec<DecCoins> = converted(
  FeePool,
  (pool: DecCoins) => ({ communityPool: decCoinsToProto(pool) }),
  (p) => decCoinsFromProto(p.communityPool),
);

/** google.protobuf.BytesValue: no bytes for none. */
export const bytesWrapperValue: ValueCodec<Uint8Array> = {
  encode: (v) => (v.length === 0 ? new Uint8Array(0) : new Writer(v.length + 4).tag(1, LENGTH_DELIMITED).bytes(v).finish()),
  decode: (b) => {
    const r = new Reader(b);
    let v = new Uint8Array(0);
    while (!r.done()) {
      const tag = r.tag();
      if (tag === 10) v = r.bytes().slice();
      else r.skip(tag & 7);
    }
    return v;
  },
};

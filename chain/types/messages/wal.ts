// Records of the consensus write-ahead log: tendermint.consensus.TimedWALMessage (cmt:proto/tendermint/consensus/wal.proto, consensus/wal.go).
import { type Codec, duration, embed, int32, int64, message, oneof, optional, string, time, uint32 } from '../../encoding/codec.ts';
import type { Duration, Time } from '../../encoding/time.ts';
import { TypesError } from '../errors.ts';
import { type ConsensusMessage, consensusMessageCodec, validateConsensusMessage } from './consensus.ts';
import { decodeChecked, unwrap, type Wrapped } from './decode.ts';

/** Bytes of one record's data. */
export const WAL_MESSAGE_BYTES_MAX = 1_048_576 + 24;

export interface EventDataRoundState {
  readonly height: bigint;
  readonly round: number;
  readonly step: string;
}
export interface MsgInfo {
  readonly msg: Wrapped<ConsensusMessage>;
  /** Empty: the node itself. */
  readonly peerId: string;
}
export interface TimeoutInfo {
  readonly duration: Duration;
  readonly height: bigint;
  readonly round: number;
  readonly step: number;
}
export interface EndHeight {
  readonly height: bigint;
}

interface Kinds {
  eventDataRoundState: EventDataRoundState;
  msgInfo: MsgInfo;
  timeoutInfo: TimeoutInfo;
  endHeight: EndHeight;
}
export type WalMessage = { [K in keyof Kinds]: { readonly case: K; readonly value: Kinds[K] } }[keyof Kinds];

export interface TimedWalMessage {
  readonly time: Time;
  readonly msg: Wrapped<WalMessage> | undefined;
}

export const eventDataRoundStateCodec: Codec<EventDataRoundState> = message('tendermint.types.EventDataRoundState', {
  height: int64(1),
  round: int32(2),
  step: string(3),
});
export const msgInfoCodec: Codec<MsgInfo> = message('tendermint.consensus.MsgInfo', { msg: embed(1, consensusMessageCodec), peerId: string(2) });
export const timeoutInfoCodec: Codec<TimeoutInfo> = message('tendermint.consensus.TimeoutInfo', {
  duration: duration(1),
  height: int64(2),
  round: int32(3),
  step: uint32(4),
});
export const endHeightCodec: Codec<EndHeight> = message('tendermint.consensus.EndHeight', { height: int64(1) });

export const walMessageCodec: Codec<Wrapped<WalMessage>> = message<Wrapped<WalMessage>>('tendermint.consensus.WALMessage', {
  sum: oneof<Kinds>({
    eventDataRoundState: optional(1, eventDataRoundStateCodec),
    msgInfo: optional(2, msgInfoCodec),
    timeoutInfo: optional(3, timeoutInfoCodec),
    endHeight: optional(4, endHeightCodec),
  }),
});

export const timedWalMessageCodec: Codec<TimedWalMessage> = message('tendermint.consensus.TimedWALMessage', {
  time: time(1),
  msg: optional(2, walMessageCodec),
});

/** Throws TypesError. */
export function decodeTimedWalMessage(bytes: Uint8Array): { readonly time: Time; readonly msg: WalMessage } {
  return decodeChecked(timedWalMessageCodec, bytes, WAL_MESSAGE_BYTES_MAX, (t) => {
    const msg = unwrap(walMessageCodec.name, t.msg ?? { sum: undefined });
    if (msg.case === 'msgInfo') validateConsensusMessage(unwrap(consensusMessageCodec.name, msg.value.msg));
    if (msg.case === 'timeoutInfo' && msg.value.step > 255) throw new TypesError('message', `timeout step ${msg.value.step} does not fit a byte`);
    return { time: t.time, msg };
  });
}

export function encodeTimedWalMessage(time: Time, msg: WalMessage): Uint8Array {
  return timedWalMessageCodec.encode({ time, msg: { sum: msg } });
}

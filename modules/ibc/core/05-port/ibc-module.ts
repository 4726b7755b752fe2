// What an application above channels does and may use. Source: ICS-26; ibc-go v10 modules/core/05-port/types/module.go.
import type { Context } from '../../../../chain/core/context.ts';
import type { Counterparty, Packet } from '../../../../proto/gen/ibc/core/channel/v1.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';

export interface Acknowledgement {
  /** What the callback wrote is kept only then. */
  readonly success: boolean;
  readonly bytes: Uint8Array;
}

/** Callbacks of the applications; each may refuse by an SdkError. */
export interface IbcModule {
  /** Gives the version. */
  onChanOpenInit(ctx: Context, order: number, hops: readonly string[], port: string, channel: string, counterparty: Counterparty, version: string): string;
  /** Gives the version. */
  onChanOpenTry(ctx: Context, order: number, hops: readonly string[], port: string, channel: string, counterparty: Counterparty, version: string): string;
  onChanOpenAck(ctx: Context, port: string, channel: string, counterpartyChannel: string, counterpartyVersion: string): void;
  onChanOpenConfirm(ctx: Context, port: string, channel: string): void;
  onChanCloseInit(ctx: Context, port: string, channel: string): void;
  onChanCloseConfirm(ctx: Context, port: string, channel: string): void;
  /** undefined: the acknowledgement comes later. Never throws for what a packet holds. */
  onRecvPacket(ctx: Context, version: string, packet: Packet, relayer: Uint8Array): Acknowledgement | undefined;
  onAcknowledgementPacket(ctx: Context, version: string, packet: Packet, acknowledgement: Uint8Array, relayer: Uint8Array): void;
  onTimeoutPacket(ctx: Context, version: string, packet: Packet, relayer: Uint8Array): void;
}

/** What an application sends by: the channel keeper, or what stands between. */
export interface Ics4Wrapper {
  /** Gives the sequence. `timeoutTimestamp`: nanoseconds. */
  sendPacket(ctx: Context, port: string, channel: string, timeoutHeight: Height, timeoutTimestamp: bigint, data: Uint8Array): bigint;
  writeAcknowledgement(ctx: Context, packet: Packet, acknowledgement: Uint8Array): void;
}

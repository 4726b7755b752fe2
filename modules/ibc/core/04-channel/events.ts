// Events of channels and packets, in ibc-go's order; packet_data and packet_ack in plain are additions for relayers that read nothing else.
import type { Context } from '../../../../chain/core/context.ts';
import { event } from '../../../../chain/core/events.ts';
import { fromUtf8Escaped, toHex } from '../../../../chain/encoding/bytes.ts';
import { type Channel, Order, type Packet } from '../../../../proto/gen/ibc/core/channel/v1.ts';
import { heightText } from '../24-host/paths.ts';

export const orderName = (o: number): string => Object.entries(Order).find(([, v]) => v === o)?.[0] ?? `${o}`;

function emit(ctx: Context, type: string, ...attributes: readonly string[]): void {
  ctx.events.emit(event(type, ...attributes));
  ctx.events.emit(event('message', 'module', 'ibc_channel'));
}

type Step = 'open_init' | 'open_try' | 'open_ack' | 'open_confirm' | 'close_init' | 'close_confirm';

export function emitChannel(ctx: Context, step: Step, port: string, channel: string, c: Channel): void {
  const theirs = step === 'open_init' ? [] : ['counterparty_channel_id', c.counterparty.channelId];
  const version = step === 'open_init' || step === 'open_try' ? ['version', c.version] : [];
  const own = ['port_id', port, 'channel_id', channel, 'counterparty_port_id', c.counterparty.portId];
  emit(ctx, `channel_${step}`, ...own, ...theirs, 'connection_id', c.connectionHops[0] ?? '', ...version);
}

/** A timeout closed an ordered channel. */
export function emitClosed(ctx: Context, p: Packet, c: Channel): void {
  const own = ['port_id', p.sourcePort, 'channel_id', p.sourceChannel, 'counterparty_port_id', c.counterparty.portId];
  const rest = ['counterparty_channel_id', c.counterparty.channelId, 'connection_id', c.connectionHops[0] ?? ''];
  emit(ctx, 'channel_close', ...own, ...rest, 'packet_channel_ordering', orderName(c.ordering));
}

function route(p: Packet): string[] {
  return [
    ...['packet_timeout_height', heightText(p.timeoutHeight), 'packet_timeout_timestamp', `${p.timeoutTimestamp}`, 'packet_sequence', `${p.sequence}`],
    ...['packet_src_port', p.sourcePort, 'packet_src_channel', p.sourceChannel],
    ...['packet_dst_port', p.destinationPort, 'packet_dst_channel', p.destinationChannel],
  ];
}

const ordering = (c: Channel): string[] => ['packet_channel_ordering', orderName(c.ordering)];
const connection = (c: Channel): string[] => ['packet_connection', c.connectionHops[0] ?? '', 'connection_id', c.connectionHops[0] ?? ''];
const data = (p: Packet): string[] => ['packet_data_hex', toHex(p.data)];
const plainData = (p: Packet): string[] => ['packet_data', fromUtf8Escaped(p.data)];

export function emitSendPacket(ctx: Context, p: Packet, c: Channel): void {
  emit(ctx, 'send_packet', ...data(p), ...route(p), ...ordering(c), ...connection(c), ...plainData(p));
}

export function emitRecvPacket(ctx: Context, p: Packet, c: Channel): void {
  emit(ctx, 'recv_packet', ...data(p), ...route(p), ...ordering(c), ...connection(c), ...plainData(p));
}

export function emitWriteAcknowledgement(ctx: Context, p: Packet, c: Channel, acknowledgement: Uint8Array): void {
  const ack = ['packet_ack_hex', toHex(acknowledgement)];
  const plain = [...plainData(p), 'packet_ack', fromUtf8Escaped(acknowledgement)];
  emit(ctx, 'write_acknowledgement', ...data(p), ...route(p), ...ack, ...ordering(c), ...connection(c), ...plain);
}

export function emitAcknowledgePacket(ctx: Context, p: Packet, c: Channel): void {
  emit(ctx, 'acknowledge_packet', ...route(p), ...ordering(c), ...connection(c));
}

export function emitTimeoutPacket(ctx: Context, p: Packet, c: Channel): void {
  emit(ctx, 'timeout_packet', ...route(p), 'connection_id', c.connectionHops[0] ?? '', ...ordering(c));
}

// Events of clients, in ibc-go's order; `header` of update_client is an addition, which Hermes needs to detect misbehaviour.
import type { Context } from '../../../../chain/core/context.ts';
import { event } from '../../../../chain/core/events.ts';
import { toHex } from '../../../../chain/encoding/bytes.ts';
import { Any } from '../../../../proto/gen/google/protobuf.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { heightText } from '../24-host/paths.ts';

const emit = (ctx: Context, type: string, ...attributes: readonly string[]): void => {
  ctx.events.emit(event(type, ...attributes));
  ctx.events.emit(event('message', 'module', 'ibc_client'));
};

export const emitCreateClient = (ctx: Context, id: string, type: string, h: Height): void =>
  emit(ctx, 'create_client', 'client_id', id, 'client_type', type, 'consensus_height', heightText(h));

export function emitUpdateClient(ctx: Context, id: string, type: string, heights: readonly Height[], message: Any): void {
  const texts = heights.map(heightText);
  const header = toHex(Any.encode(message));
  emit(ctx, 'update_client', 'client_id', id, 'client_type', type, 'consensus_height', texts[0] ?? '', 'consensus_heights', texts.join(','), 'header', header);
}

export const emitUpgradeClient = (ctx: Context, id: string, type: string, h: Height): void =>
  emit(ctx, 'upgrade_client', 'client_id', id, 'client_type', type, 'consensus_height', heightText(h));

export const emitMisbehaviour = (ctx: Context, id: string, type: string): void => emit(ctx, 'client_misbehaviour', 'client_id', id, 'client_type', type);

export const emitRecoverClient = (ctx: Context, id: string, type: string): void => emit(ctx, 'recover_client', 'subject_client_id', id, 'client_type', type);

export const emitScheduleUpgrade = (ctx: Context, title: string, height: bigint): void =>
  emit(ctx, 'schedule_ibc_software_upgrade', 'title', title, 'upgrade_plan_height', `${height}`);

export const emitUpgradeChain = (ctx: Context, height: bigint): void =>
  emit(ctx, 'upgrade_chain', 'upgrade_plan_height', `${height}`, 'upgrade_store', 'upgrade');

// Messages of the circuit breaker. Source: cosmossdk.io/x/circuit v0.2.0 keeper/msg_server.go.
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidRequest, ErrUnauthorized, plainError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import {
  MsgAuthorizeCircuitBreaker,
  MsgAuthorizeCircuitBreakerResponse,
  MsgResetCircuitBreaker,
  MsgResetCircuitBreakerResponse,
  MsgTripCircuitBreaker,
  MsgTripCircuitBreakerResponse,
  Permissions,
  Permissions_Level,
} from '../../proto/gen/cosmos/circuit/v1.ts';
import { messageOfCodec } from '../../proto/registry.ts';
import { compactText } from '../../proto/text.ts';
import type { CircuitKeeper } from './keeper.ts';

const { LEVEL_SOME_MSGS, LEVEL_ALL_MSGS, LEVEL_SUPER_ADMIN } = Permissions_Level;

/** Throws unless the account may switch this message; `what` is the verb of the refusal. */
function assertMaySwitch(k: CircuitKeeper, account: Uint8Array, permissions: Permissions | undefined, typeUrl: string, what: string): void {
  const level = permissions?.level;
  if (level === LEVEL_SUPER_ADMIN || level === LEVEL_ALL_MSGS || bytesEqual(account, k.authority)) return;
  if (level !== LEVEL_SOME_MSGS) throw ErrUnauthorized.wrap(`account does not have permission to ${what} circuit breaker`);
  if (permissions?.limitTypeUrls.includes(typeUrl) !== true) {
    throw ErrUnauthorized.wrap(`account does not have permission to ${what} circuit breaker for message ${typeUrl}`);
  }
}

function authorize(k: CircuitKeeper, ctx: Context, msg: MsgAuthorizeCircuitBreaker): void {
  const granter = k.addresses.toBytes(msg.granter);
  if (!bytesEqual(granter, k.authority) && k.permissions.get(ctx, granter)?.level !== LEVEL_SUPER_ADMIN) {
    throw ErrUnauthorized.wrap('only super admins can authorize users');
  }
  const grantee = k.addresses.toBytes(msg.grantee);
  if (msg.permissions === undefined) throw ErrInvalidRequest.wrap('permissions cannot be nil');
  k.permissions.set(ctx, grantee, msg.permissions);
  const permission = compactText(messageOfCodec(Permissions), msg.permissions);
  ctx.events.emit(event('authorize_circuit_breaker', 'granter', msg.granter, 'grantee', msg.grantee, 'permission', permission));
}

export function registerMessages(registrar: ServiceRegistrar, k: CircuitKeeper): void {
  registrar.msg(MsgAuthorizeCircuitBreaker, MsgAuthorizeCircuitBreakerResponse, (ctx, msg) => {
    authorize(k, ctx, msg);
    return { success: true };
  });
  registrar.msg(MsgTripCircuitBreaker, MsgTripCircuitBreakerResponse, (ctx, msg) => {
    const account = k.addresses.toBytes(msg.authority);
    const permissions = k.permissions.get(ctx, account);
    for (const typeUrl of msg.msgTypeUrls) {
      if (!k.isAllowed(ctx, typeUrl)) throw plainError(`message ${typeUrl} is already disabled`);
      assertMaySwitch(k, account, permissions, typeUrl, 'trip');
      k.disabled.add(ctx, typeUrl);
    }
    ctx.events.emit(event('trip_circuit_breaker', 'authority', msg.authority, 'msg_url', msg.msgTypeUrls.join(',')));
    return { success: true };
  });
  registrar.msg(MsgResetCircuitBreaker, MsgResetCircuitBreakerResponse, (ctx, msg) => {
    const account = k.addresses.toBytes(msg.authority);
    const permissions = k.permissions.get(ctx, account);
    for (const typeUrl of msg.msgTypeUrls) {
      if (k.isAllowed(ctx, typeUrl)) throw plainError(`message ${typeUrl} is not disabled`);
      assertMaySwitch(k, account, permissions, typeUrl, 'reset');
      k.disabled.remove(ctx, typeUrl);
    }
    ctx.events.emit(event('reset_circuit_breaker', 'authority', msg.authority, 'msg_url', msg.msgTypeUrls.join(',')));
    return { success: true };
  });
}

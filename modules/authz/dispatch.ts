// Messages that a grantee sends in the name of granters. Source: sdk:x/authz/keeper/keeper.go DispatchActions, msg_server.go Exec.
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidRequest, ErrUnknownRequest, SdkError } from '../../chain/core/errors.ts';
import { appendAttribute, attribute } from '../../chain/core/events.ts';
import { messageSigners } from '../../chain/core/signers.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { ANY_UTF8, Reader } from '../../chain/encoding/proto-wire.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { type AnyMessage, findByTypeUrl, type MessageType } from '../../proto/registry.ts';
import { compactText } from '../../proto/text.ts';
import { ErrAuthorizationExpired, ErrAuthorizationNumOfSigners, ErrNoAuthorizationFound } from './errors.ts';
import type { AuthzKeeper } from './keeper.ts';

export interface OpenedMessage {
  readonly typeUrl: string;
  readonly type: MessageType;
  readonly value: AnyMessage;
}

/** Decoding of the transaction has let no other Any in than messages. */
export function openMessage(any: Any): OpenedMessage {
  const type = findByTypeUrl(any.typeUrl);
  if (type === undefined) throw ErrInvalidRequest.wrap(`messages contains ${any.typeUrl} which is not a sdk.MsgRequest`);
  return { typeUrl: any.typeUrl, type, value: type.codec.read(new Reader(any.value, 0, any.value.length, ANY_UTF8), undefined, 0) };
}

function useGrant(k: AuthzKeeper, ctx: Context, grantee: Uint8Array, granter: Uint8Array, m: OpenedMessage): void {
  const grant = k.grants.get(ctx, [granter, grantee, m.typeUrl]);
  if (grant === undefined) {
    const names = `granter: ${k.addresses.toString(granter)}, grantee: ${k.addresses.toString(grantee)} & msgType: ${m.typeUrl} `;
    throw ErrNoAuthorizationFound.wrap(`failed to get grant with given ${names}`);
  }
  if (grant.expiration !== undefined && grant.expiration < ctx.time) throw ErrAuthorizationExpired.error();
  const { left } = k.open(grant.authorization).accept(ctx, m.value);
  if (left === undefined) k.remove(ctx, grantee, granter, m.typeUrl);
  else if (left !== 'same') k.update(ctx, grantee, granter, left);
}

/** Executes the messages in order; gives their encoded responses. Throws at the first that is not allowed or fails. */
export function dispatch(k: AuthzKeeper, ctx: Context, grantee: Uint8Array, messages: readonly OpenedMessage[]): Uint8Array[] {
  return messages.map((m, i) => {
    const signers = messageSigners(m.type, m.value, k.addresses);
    const [granter] = signers;
    if (granter === undefined || signers.length !== 1) throw ErrAuthorizationNumOfSigners.error();
    // What it signs for itself needs no grant.
    if (!bytesEqual(granter, grantee)) useGrant(k, ctx, grantee, granter, m);
    if (!k.messages.has(m.typeUrl)) throw ErrUnknownRequest.wrap(`unrecognized message route: ${m.typeUrl}`);
    try {
      const { response, events } = k.messages.execute(ctx, m.typeUrl, m.value);
      ctx.events.emitAll(appendAttribute(events, attribute('authz_msg_index', i.toString())));
      return response.value;
    } catch (e) {
      throw e instanceof SdkError ? e.wrap(`failed to execute message; message ${compactText(m.type, m.value)}`) : e;
    }
  });
}

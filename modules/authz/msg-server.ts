// Messages of authz. Source: sdk:x/authz/keeper/msg_server.go.
import { ErrInvalidAddress, ErrInvalidRequest, ErrInvalidType, plainError, SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { MsgExec, MsgExecResponse, MsgGrant, MsgGrantResponse, MsgRevoke, MsgRevokeResponse } from '../../proto/gen/cosmos/authz/v1beta1.ts';
import { dispatch, openMessage } from './dispatch.ts';
import { ErrGranteeIsGranter } from './errors.ts';
import type { AuthzKeeper } from './keeper.ts';

function addressOf(k: AuthzKeeper, text: string, whose: string): Uint8Array {
  try {
    return k.addresses.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid ${whose} address: ${e.message}`) : e;
  }
}

/** Grantee and granter of a grant, which must be two. */
function pairOf(k: AuthzKeeper, msg: { readonly granter: string; readonly grantee: string }): { readonly grantee: Uint8Array; readonly granter: Uint8Array } {
  if (msg.grantee.toLowerCase() === msg.granter.toLowerCase()) throw ErrGranteeIsGranter.error();
  const grantee = addressOf(k, msg.grantee, 'grantee');
  return { grantee, granter: addressOf(k, msg.granter, 'granter') };
}

export function registerMessages(registrar: ServiceRegistrar, k: AuthzKeeper): void {
  registrar.msg(MsgGrant, MsgGrantResponse, (ctx, msg) => {
    const { grantee, granter } = pairOf(k, msg);
    const authorization = k.open(msg.grant.authorization);
    authorization.validate();
    k.ensureGrantee(ctx, grantee);
    const url = authorization.messageUrl();
    if (!k.messages.has(url)) throw ErrInvalidType.wrap(`${url} doesn't exist.`);
    k.save(ctx, grantee, granter, authorization, msg.grant.expiration);
    return {};
  });
  registrar.msg(MsgRevoke, MsgRevokeResponse, (ctx, msg) => {
    const { grantee, granter } = pairOf(k, msg);
    if (msg.msgTypeUrl === '') throw ErrInvalidRequest.wrap('missing msg method name');
    k.remove(ctx, grantee, granter, msg.msgTypeUrl);
    return {};
  });
  registrar.msg(MsgExec, MsgExecResponse, (ctx, msg) => {
    if (msg.grantee === '') throw plainError('empty address string is not allowed');
    const grantee = addressOf(k, msg.grantee, 'grantee');
    if (msg.msgs.length === 0) throw ErrInvalidRequest.wrap('messages cannot be empty');
    const messages = msg.msgs.map(openMessage);
    for (const [i, m] of messages.entries()) {
      try {
        k.messages.validateBasic(m.typeUrl, m.value);
      } catch (e) {
        throw e instanceof SdkError ? e.wrap(`msg ${i}`) : e;
      }
    }
    return { results: dispatch(k, ctx, grantee, messages) };
  });
}

// Messages of feegrant. Source: cosmossdk.io/x/feegrant v0.2.0 keeper/msg_server.go.
import { ErrInvalidAddress } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import {
  MsgGrantAllowance,
  MsgGrantAllowanceResponse,
  MsgPruneAllowances,
  MsgPruneAllowancesResponse,
  MsgRevokeAllowance,
  MsgRevokeAllowanceResponse,
} from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { openAllowance } from './allowance.ts';
import type { FeegrantKeeper } from './keeper.ts';
import { validateAllowance } from './validate.ts';

/** What one message may remove. */
const PRUNED_BY_MESSAGE = 75;

export function registerMessages(registrar: ServiceRegistrar, k: FeegrantKeeper): void {
  registrar.msg(MsgGrantAllowance, MsgGrantAllowanceResponse, (ctx, msg) => {
    if (msg.grantee.toLowerCase() === msg.granter.toLowerCase()) throw ErrInvalidAddress.wrap('cannot self-grant fee authorization');
    const grantee = k.addresses.toBytes(msg.grantee);
    const granter = k.addresses.toBytes(msg.granter);
    k.assertNone(ctx, granter, grantee);
    const allowance = openAllowance(msg.allowance);
    validateAllowance(allowance);
    k.grant(ctx, granter, grantee, allowance);
    return {};
  });
  registrar.msg(MsgRevokeAllowance, MsgRevokeAllowanceResponse, (ctx, msg) => {
    if (msg.grantee === msg.granter) throw ErrInvalidAddress.wrap('addresses must be different');
    const grantee = k.addresses.toBytes(msg.grantee);
    const granter = k.addresses.toBytes(msg.granter);
    k.revoke(ctx, granter, grantee);
    return {};
  });
  registrar.msg(MsgPruneAllowances, MsgPruneAllowancesResponse, (ctx, msg) => {
    k.removeExpired(ctx, PRUNED_BY_MESSAGE);
    ctx.events.emit(event('prune_feegrant', 'pruner', msg.pruner));
    return {};
  });
}

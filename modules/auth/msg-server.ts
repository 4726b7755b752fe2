// Messages of auth. Source: sdk:x/auth/keeper/msg_server.go.

import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { MsgUpdateParams, MsgUpdateParamsResponse } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import { invalidAuthority } from './errors.ts';
import type { AccountKeeper } from './keeper.ts';
import { validateParams } from './params.ts';

export function registerMessages(registrar: ServiceRegistrar, k: AccountKeeper): void {
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    if (msg.authority !== k.authority) throw invalidAuthority(k.authority, msg.authority);
    validateParams(msg.params);
    k.params.set(ctx, msg.params);
    return {};
  });
}

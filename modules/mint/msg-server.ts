// Messages of mint. Source: sdk:x/mint/keeper/msg_server.go.
import { ErrInvalidAuthority } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { MsgUpdateParams, MsgUpdateParamsResponse } from '../../proto/gen/cosmos/mint/v1beta1.ts';
import type { MintKeeper } from './keeper.ts';
import { validateParams } from './params.ts';

export function registerMessages(registrar: ServiceRegistrar, k: MintKeeper): void {
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    if (msg.authority !== k.authority) throw ErrInvalidAuthority.wrap(`invalid authority; expected ${k.authority}, got ${msg.authority}`);
    validateParams(msg.params);
    k.params.set(ctx, msg.params);
    return {};
  });
}

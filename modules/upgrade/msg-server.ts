// Messages of upgrade. Source: cosmossdk.io/x/upgrade v0.2.0 keeper/msg_server.go.
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { MsgCancelUpgrade, MsgCancelUpgradeResponse, MsgSoftwareUpgrade, MsgSoftwareUpgradeResponse } from '../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { ErrInvalidSigner } from './errors.ts';
import type { UpgradeKeeper } from './keeper.ts';

export function registerMessages(registrar: ServiceRegistrar, k: UpgradeKeeper): void {
  const assertAuthority = (got: string): void => {
    if (got !== k.authority) throw ErrInvalidSigner.wrap(`expected ${k.authority} got ${got}`);
  };
  registrar.msg(MsgSoftwareUpgrade, MsgSoftwareUpgradeResponse, (ctx, msg) => {
    assertAuthority(msg.authority);
    k.schedule(ctx, msg.plan);
    return {};
  });
  registrar.msg(MsgCancelUpgrade, MsgCancelUpgradeResponse, (ctx, msg) => {
    assertAuthority(msg.authority);
    k.cancel(ctx);
    return {};
  });
}

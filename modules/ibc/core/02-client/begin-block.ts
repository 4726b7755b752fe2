// One block before an upgrade that counterparties' clients must follow, the chain commits to the consensus state that they go on from. Source:
// ibc-go v10 modules/core/02-client/abci.go.
import type { Context } from '../../../../chain/core/context.ts';
import { emitUpgradeChain } from './events.ts';
import type { ClientKeeper } from './keeper.ts';

const OWN_KIND = '07-tendermint';

export function beginBlock(k: ClientKeeper, ctx: Context): void {
  const plan = k.upgrade.plan(ctx);
  if (plan === undefined || ctx.height !== plan.height - 1n || k.upgrade.upgradedClient(ctx, plan.height) === undefined) return;
  const own = k.modules.find((m) => m.clientType === OWN_KIND);
  if (own === undefined) return;
  k.upgrade.setUpgradedConsensusState(ctx, plan.height, own.upgradedConsensusState(ctx));
  emitUpgradeChain(ctx, plan.height);
}

// Before a block's first transaction: the planned upgrade is done where it is due and this program can, and the node stops where it cannot, so
// that all nodes change programs at one height. Source: cosmossdk.io/x/upgrade v0.2.0 abci.go.
import type { Context } from '../../chain/core/context.ts';
import type { Plan } from '../../proto/gen/cosmos/upgrade/v1beta1.ts';
import type { UpgradeKeeper } from './keeper.ts';
import { isDue, neededText, upgradeInfoText } from './plan.ts';

/** This program cannot make this block: the node must stop, and another program go on. */
export class UpgradeHalt extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'UpgradeHalt';
  }
}

/** What is wrong with running this program on this state at a height; undefined where it may. */
export function programError(k: UpgradeKeeper, ctx: Context, height: bigint): string | undefined {
  const plan = k.plan(ctx);
  if (plan !== undefined && isDue(plan, height) && !k.isSkipped(height)) return undefined;
  const last = k.lastDone(ctx);
  if (last === undefined || k.hasHandler(last)) return undefined;
  return `wrong app version ${ctx.consensusParams?.version?.app ?? 0n}, upgrade handler is missing for ${last} upgrade plan`;
}

/** Throws UpgradeHalt with the line that supervisors wait for; upgrade-info.json is written then. */
function stopHere(k: UpgradeKeeper, plan: Plan, height: bigint): never {
  try {
    k.host.writeInfo(upgradeInfoText(plan, height));
  } catch (e) {
    throw new UpgradeHalt(`unable to write upgrade info to filesystem: ${e instanceof Error ? e.message : String(e)}`);
  }
  const text = neededText(plan);
  k.host.log('error', text);
  throw new UpgradeHalt(text);
}

/** True where an upgrade was done, which may have changed the consensus parameters. The first call of a process looks whether the program fits. */
export function preBlocker(k: UpgradeKeeper): (ctx: Context) => boolean {
  let verified = false;
  return (ctx) => {
    const { height } = ctx;
    const plan = k.plan(ctx);
    if (!verified) {
      verified = true;
      const wrong = programError(k, ctx, height);
      if (wrong !== undefined) throw new UpgradeHalt(wrong);
    }
    if (plan === undefined) return false;
    if (!isDue(plan, height)) {
      if (!k.hasHandler(plan.name)) return false;
      const text = `BINARY UPDATED BEFORE TRIGGER! UPGRADE "${plan.name}" - in binary but not executed on chain. Downgrade your binary`;
      k.host.log('error', text);
      throw new UpgradeHalt(text);
    }
    if (k.isSkipped(height)) {
      k.host.log('info', `UPGRADE "${plan.name}" SKIPPED at ${plan.height}: ${plan.info}`);
      k.cancel(ctx);
      return false;
    }
    if (!k.hasHandler(plan.name)) stopHere(k, plan, height);
    k.host.log('info', `applying upgrade "${plan.name}" at height: ${plan.height}`);
    k.apply(ctx, plan);
    return true;
  };
}

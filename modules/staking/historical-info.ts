// Headers and validators of past blocks, for light clients that live on the chain (IBC). Source: sdk:x/staking/keeper/historical_info.go.
import type { Context } from '../../chain/core/context.ts';
import { consensusAddress, consensusPower, type Validator, validatorToProto } from '../../chain/core/staking.ts';
import { compareBytes } from '../../chain/encoding/bytes.ts';
import { Header } from '../../proto/gen/tendermint/types.ts';
import { ErrNoValidatorFound } from './errors.ts';
import type { StakingState } from './state.ts';

export function trackHistoricalInfo(s: StakingState, ctx: Context): void {
  const { historicalEntries, maxValidators } = s.getParams(ctx);
  // Those beyond the kept number lie without a gap, the newest of them first.
  for (let h = ctx.height - BigInt(historicalEntries); h >= 0n; h--) {
    if (s.historicalInfo.get(ctx, h) === undefined) break;
    s.historicalInfo.remove(ctx, h);
  }
  if (historicalEntries === 0) return;
  const valset = lastValidators(s, ctx, maxValidators).sort(byPower).map(validatorToProto);
  s.historicalInfo.set(ctx, ctx.height, { header: headerOf(ctx), valset });
}

/** What the application knows of the block's header. */
function headerOf(ctx: Context): Header {
  const { chainId, height, time, proposerAddress, nextValidatorsHash, appHash } = ctx.block;
  return Header.from({ chainId, height, time, proposerAddress, nextValidatorsHash, appHash });
}

/** Throws (a panic) where there are more than there may be. */
export function lastValidators(s: StakingState, ctx: Context, max: number): Validator[] {
  const out: Validator[] = [];
  for (const [operator] of s.lastValidatorPower.walkRaw(ctx)) {
    if (out.length >= max) throw new Error('more validators than maxValidators found');
    const v = s.validator(ctx, operator.subarray(1));
    if (v === undefined) throw ErrNoValidatorFound.error();
    out.push(v);
  }
  return out;
}

/** As the engine orders its set: most power first, then by address. */
function byPower(a: Validator, b: Validator): number {
  const [x, y] = [consensusPower(a), consensusPower(b)];
  if (x !== y) return x > y ? -1 : 1;
  return compareBytes(consensusAddress(a), consensusAddress(b));
}

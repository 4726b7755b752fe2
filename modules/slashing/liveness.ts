// Each block: who should have signed the one before, and did not. Who misses too many of a window is slashed and jailed.
// Source: sdk:x/slashing/abci.go, keeper/infractions.go.
import type { Context, VoteInfo } from '../../chain/core/context.ts';
import { plainError, SdkError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { INFRACTION, VALIDATOR_UPDATE_DELAY } from '../../chain/core/staking.ts';
import type { Params, ValidatorSigningInfo } from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import { ErrNoSigningInfoFound } from './errors.ts';
import type { SlashingKeeper } from './keeper.ts';
import { minSigned } from './params.ts';

/** BlockIDFlagAbsent. */
const ABSENT = 1;

/** Throws where a validator has no signing info: the block cannot be executed. */
export function handleLastCommit(k: SlashingKeeper, ctx: Context): void {
  for (const vote of ctx.block.lastCommit.votes) handleSignature(k, ctx, vote);
}

function handleSignature(k: SlashingKeeper, ctx: Context, vote: VoteInfo): void {
  const consensus = vote.validator.address;
  const validator = k.staking.validatorByConsAddr(ctx, consensus);
  // The reference stops the chain for a validator without stake. Here a genesis may name the engine's validators alone; such count for nothing.
  if (validator === undefined || validator.jailed) return;
  const before = k.signingInfo(ctx, consensus);
  if (before === undefined) throw ErrNoSigningInfoFound.error();
  const params = k.getParams(ctx);
  const index = before.indexOffset % params.signedBlocksWindow;
  const wasMissed = k.missed(ctx, consensus, index);
  const missed = vote.blockIdFlag === ABSENT;
  let counter = before.missedBlocksCounter;
  if (missed !== wasMissed) {
    k.setMissed(ctx, consensus, index, missed);
    counter += missed ? 1n : -1n;
  }
  let info: ValidatorSigningInfo = { ...before, indexOffset: before.indexOffset + 1n, missedBlocksCounter: counter };
  const address = k.staking.consensusAddresses.toString(consensus);
  if (missed) ctx.events.emit(event('liveness', 'address', address, 'missed_blocks', counter.toString(), 'height', ctx.height.toString()));
  const isPastStart = ctx.height > info.startHeight + params.signedBlocksWindow;
  if (isPastStart && counter > params.signedBlocksWindow - minSigned(params)) info = punish(k, ctx, vote, params, info, address);
  k.signingInfos.set(ctx, consensus, info);
}

/** Slashes for the stake as it was when the block was signed, and begins the count anew. */
function punish(k: SlashingKeeper, ctx: Context, vote: VoteInfo, params: Params, info: ValidatorSigningInfo, address: string): ValidatorSigningInfo {
  const { address: consensus, power } = vote.validator;
  const distributionHeight = ctx.height - VALIDATOR_UPDATE_DELAY - 1n;
  const burnt = k.staking.slash(ctx, consensus, distributionHeight, power, Dec.fromWire(params.slashFractionDowntime), INFRACTION.downtime);
  ctx.events.emit(
    event('slash', 'address', address, 'power', power.toString(), 'reason', 'missing_signature', 'jailed', address, 'burned_coins', burnt.toString()),
  );
  try {
    k.staking.jail(ctx, consensus);
  } catch (e) {
    throw e instanceof SdkError ? plainError(`failed to jail validator: ${e.message}`) : e;
  }
  k.forgetMissed(ctx, consensus);
  return { ...info, jailedUntil: ctx.time + params.downtimeJailDuration, missedBlocksCounter: 0n, indexOffset: 0n };
}

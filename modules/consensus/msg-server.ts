// Messages of consensus. Source: sdk:x/consensus/keeper/keeper.go UpdateParams, types/msgs.go.

import { ErrInvalidAuthority, plainError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import {
  type ConsensusParams,
  completeConsensusParams,
  updateConsensusParams,
  validateConsensusParams,
  validateConsensusParamsUpdate,
} from '../../chain/types/consensus-params.ts';
import { TypesError } from '../../chain/types/errors.ts';
import { MsgUpdateParams, MsgUpdateParamsResponse } from '../../proto/gen/cosmos/consensus/v1.ts';
import type { ConsensusKeeper } from './keeper.ts';
import { paramsText } from './params-text.ts';

/** A message's parameters as an update; throws where a required part is missing. */
function toUpdate(msg: MsgUpdateParams): ConsensusParams {
  const { block, evidence, validator, abci } = msg;
  if (block === undefined || evidence === undefined || validator === undefined) throw plainError('all parameters must be present');
  // The version is x/upgrade's to change; the reference sends the default, which is 0.
  return { block, evidence, validator, version: { app: 0n }, abci, authority: undefined };
}

export function registerMessages(registrar: ServiceRegistrar, k: ConsensusKeeper): void {
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    if (msg.authority !== k.authority) throw ErrInvalidAuthority.wrap(`invalid authority; expected ${k.authority}, got ${msg.authority}`);
    const update = toUpdate(msg);
    const now = k.get(ctx);
    if (now === undefined) throw plainError('collections: not found');
    const next = completeConsensusParams(updateConsensusParams(now, update));
    try {
      validateConsensusParams(next);
      validateConsensusParamsUpdate(now, update, ctx.height);
    } catch (e) {
      throw e instanceof TypesError ? plainError(e.message) : e;
    }
    k.set(ctx, next);
    ctx.events.emit(event('update_consensus_params', 'authority', msg.authority, 'parameters', paramsText(update)));
    return {};
  });
}

// Messages of slashing. Source: sdk:x/slashing/keeper/msg_server.go, unjail.go.
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidAddress, ErrInvalidAuthority, SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { consensusAddress, tokensFromShares } from '../../chain/core/staking.ts';
import { MsgUnjail, MsgUnjailResponse, MsgUpdateParams, MsgUpdateParamsResponse } from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import { ErrSelfDelegationTooLowToUnjail, ErrValidatorJailed, ErrValidatorNotJailed } from './errors.ts';
import type { SlashingKeeper } from './keeper.ts';
import { validateParams } from './params.ts';

export function registerMessages(registrar: ServiceRegistrar, k: SlashingKeeper): void {
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    if (msg.authority !== k.authority) throw ErrInvalidAuthority.wrap(`invalid authority; expected ${k.authority}, got ${msg.authority}`);
    validateParams(msg.params);
    k.params.set(ctx, msg.params);
    return {};
  });
  registrar.msg(MsgUnjail, MsgUnjailResponse, (ctx, msg) => {
    unjail(k, ctx, operatorOf(k, msg.validatorAddr));
    return {};
  });
}

function operatorOf(k: SlashingKeeper, text: string): Uint8Array {
  try {
    return k.staking.validatorAddresses.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`validator input address: ${e.message}`) : e;
  }
}

function unjail(k: SlashingKeeper, ctx: Context, operator: Uint8Array): void {
  const v = k.staking.existingValidator(ctx, operator);
  const self = k.staking.existingDelegation(ctx, operator, operator);
  const tokens = Dec.truncateInt(tokensFromShares(v, self.shares));
  if (tokens < v.minSelfDelegation) throw ErrSelfDelegationTooLowToUnjail.wrap(`${tokens} less than ${v.minSelfDelegation}`);
  if (!v.jailed) throw ErrValidatorNotJailed.error();
  const consensus = consensusAddress(v);
  // Without signing info it was never bonded, and is in jail for a promise about its own stake only.
  const info = k.signingInfo(ctx, consensus);
  if (info !== undefined && (info.tombstoned || ctx.time < info.jailedUntil)) throw ErrValidatorJailed.error();
  k.staking.unjail(ctx, consensus);
}

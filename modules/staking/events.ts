// Events of staking (sdk:x/staking/types/events.go). Addresses are bech32 text, amounts "12utrel".
import { type AbciEvent, event } from '../../chain/core/events.ts';
import type { DVPair, DVVTriplet } from '../../proto/gen/cosmos/staking/v1beta1.ts';

export const completeUnbondingEvent = (amount: string, p: DVPair): AbciEvent =>
  event('complete_unbonding', 'amount', amount, 'validator', p.validatorAddress, 'delegator', p.delegatorAddress);
export const completeRedelegationEvent = (amount: string, t: DVVTriplet): AbciEvent =>
  event(
    'complete_redelegation',
    'amount',
    amount,
    'delegator',
    t.delegatorAddress,
    'source_validator',
    t.validatorSrcAddress,
    'destination_validator',
    t.validatorDstAddress,
  );
export const createValidator = (validator: string, amount: string): AbciEvent => event('create_validator', 'validator', validator, 'amount', amount);
export const editValidator = (commissionRate: string, minSelfDelegation: string): AbciEvent =>
  event('edit_validator', 'commission_rate', commissionRate, 'min_self_delegation', minSelfDelegation);
export const delegateEvent = (validator: string, delegator: string, amount: string, newShares: string): AbciEvent =>
  event('delegate', 'validator', validator, 'delegator', delegator, 'amount', amount, 'new_shares', newShares);
export const redelegate = (source: string, destination: string, amount: string, completionTime: string): AbciEvent =>
  event('redelegate', 'source_validator', source, 'destination_validator', destination, 'amount', amount, 'completion_time', completionTime);
export const unbondEvent = (validator: string, delegator: string, amount: string, completionTime: string): AbciEvent =>
  event('unbond', 'validator', validator, 'delegator', delegator, 'amount', amount, 'completion_time', completionTime);
export const cancelUnbonding = (amount: string, validator: string, delegator: string, creationHeight: bigint): AbciEvent =>
  event('cancel_unbonding_delegation', 'amount', amount, 'validator', validator, 'delegator', delegator, 'creation_height', creationHeight.toString());

// Events of distribution (sdk:x/distribution/types/events.go). Addresses are bech32 text; shares "1.500000000000000000utrel", payments "12utrel".
import { type AbciEvent, event } from '../../chain/core/events.ts';

export const setWithdrawAddress = (address: string): AbciEvent => event('set_withdraw_address', 'withdraw_address', address);
export const commissionEvent = (amount: string, validator: string): AbciEvent => event('commission', 'amount', amount, 'validator', validator);
export const rewardsEvent = (amount: string, validator: string): AbciEvent => event('rewards', 'amount', amount, 'validator', validator);
export const withdrawRewards = (amount: string, validator: string, delegator: string): AbciEvent =>
  event('withdraw_rewards', 'amount', amount, 'validator', validator, 'delegator', delegator);
export const withdrawCommission = (amount: string): AbciEvent => event('withdraw_commission', 'amount', amount);

import { expect, test } from 'vitest';
import { parseTime } from '../chain/encoding/time.ts';
import { DelegationResponse, RedelegationResponse } from './gen/cosmos/staking/v1beta1.ts';
import { fromJsonText, toJsonText } from './json.ts';

const REDELEGATION = RedelegationResponse.from({
  redelegation: { delegatorAddress: 'd', validatorSrcAddress: 'a', validatorDstAddress: 'b', entries: [] },
  entries: [
    {
      redelegationEntry: {
        creationHeight: 7n,
        completionTime: parseTime('2026-01-02T03:04:05.12Z'),
        initialBalance: '5',
        sharesDst: '1500000000000000000',
        unbondingId: 3n,
        unbondingOnHoldRefCount: 0n,
      },
      balance: '5',
    },
  ],
});

// As simd's REST answers.
test('a redelegation is written as Go writes its struct', () => {
  expect(toJsonText(RedelegationResponse, REDELEGATION)).toBe(
    '{"redelegation":{"delegator_address":"d","validator_src_address":"a","validator_dst_address":"b","entries":null},"entries":[{"redelegation_entry":' +
      '{"creation_height":7,"completion_time":"2026-01-02T03:04:05.12Z","initial_balance":"5","shares_dst":"1.500000000000000000","unbonding_id":3},"balance":"5"}]}',
  );
});
test('and read again', () => {
  expect(fromJsonText(RedelegationResponse, toJsonText(RedelegationResponse, REDELEGATION))).toEqual(REDELEGATION);
});
test('a delegation leaves out what is empty', () => {
  expect(toJsonText(DelegationResponse, DelegationResponse.zero())).toBe('{"delegation":{"shares":"0.000000000000000000"},"balance":{"amount":"0"}}');
});

import { expect, test } from 'vitest';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { bytesField, varintField } from '../../chain/encoding/proto-bytes.ts';
import { account } from './auth.ts';

// sdk:proto/cosmos/auth/v1beta1/auth.proto, vesting/v1beta1/vesting.proto: the base account is the first field of those that hold one.
const base = [...bytesField(1, utf8('trellis1x')), ...varintField(3, 2n ** 64n - 1n), ...varintField(4, 300)];
const ofModule = [...bytesField(1, base), ...bytesField(2, utf8('mint'))];
const vesting = [...bytesField(1, [...bytesField(1, base), ...varintField(5, 9)]), ...varintField(2, 7)];

test.each([
  ['cosmos.auth.v1beta1.BaseAccount', base],
  ['cosmos.auth.v1beta1.ModuleAccount', ofModule],
  ['cosmos.vesting.v1beta1.ContinuousVestingAccount', vesting],
])('%s', (type, value) => {
  const any = Uint8Array.from([...bytesField(1, utf8(`/${type}`)), ...bytesField(2, value)]);
  expect(account.decode(any)).toEqual({ type, number: 2n ** 64n - 1n, sequence: 300n });
});

test('no account, and what is none', () => {
  expect(account.decode(undefined)).toBeUndefined();
  expect(() => account.decode(Uint8Array.of(255))).toThrow('no message');
});

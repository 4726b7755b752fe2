import { expect, test } from 'vitest';
import { BaseAccount } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import { sanitizeAccounts } from './genesis.ts';
import { baseAccount } from './types.ts';

const account = (address: string, accountNumber: bigint) => baseAccount(BaseAccount.from({ address, accountNumber }));

test('numbers that are taken give way to the lowest free ones, then all are sorted', () => {
  const out = sanitizeAccounts([account('a', 5n), account('b', 0n), account('c', 5n), account('d', 0n), account('e', 1n)]);
  expect(out.map((a) => [a.base.address, a.base.accountNumber])).toEqual([
    ['b', 0n],
    ['e', 1n],
    ['d', 2n],
    ['c', 3n],
    ['a', 5n],
  ]);
});

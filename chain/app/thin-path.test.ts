// The thin path: a transfer signed by CosmJS through CheckTx, FinalizeBlock and Commit, and out again as a query with proof.
import { expect, test } from 'vitest';
import { QueryAccountRequest, QueryAccountResponse } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import { QueryBalanceRequest, QueryBalanceResponse } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import { DENOM, devChain, sendMsg, signDirect } from './testing/dev-chain.ts';

test('a MsgSend goes in, is executed, and its balance comes out with a proof', async () => {
  const chain = await devChain();
  const [alice, bob] = chain.accounts as [(typeof chain.accounts)[0], (typeof chain.accounts)[0]];
  await chain.block();
  const tx = await signDirect(alice, [sendMsg(alice.address, bob.address, '1234')], { accountNumber: 0, sequence: 0, fee: '500' });
  const checked = await chain.check(tx);
  expect(checked.log).toBe('');
  expect(checked.code).toBe(0);
  const res = await chain.block([tx]);
  const [result] = res.txResults;
  expect(result?.log).toBe('');
  expect(result?.code).toBe(0);
  await chain.block();

  const balance = async (address: string): Promise<string | undefined> => {
    const q = await chain.app.query({
      path: '/cosmos.bank.v1beta1.Query/Balance',
      data: QueryBalanceRequest.encode({ address, denom: DENOM }),
      height: 0n,
      prove: false,
    });
    expect(q.log).toBe('');
    return QueryBalanceResponse.decode(q.value).balance?.amount;
  };
  expect(await balance(alice.address)).toBe('999998266');
  expect(await balance(bob.address)).toBe('1000001234');

  const account = await chain.app.query({
    path: '/cosmos.auth.v1beta1.Query/Account',
    data: QueryAccountRequest.encode({ address: alice.address }),
    height: 0n,
    prove: false,
  });
  expect(QueryAccountResponse.decode(account.value).account?.typeUrl).toBe('/cosmos.auth.v1beta1.BaseAccount');

  const key = concatBytes(Uint8Array.of(2, 20), chain.app.addresses.toBytes(bob.address), utf8(DENOM));
  const proved = await chain.app.query({ path: '/store/bank/key', data: key, height: 2n, prove: true });
  expect(proved.log).toBe('');
  expect(new TextDecoder().decode(proved.value)).toBe('1000001234');
  expect(proved.proofOps?.ops.map((o) => o.type)).toEqual(['ics23:iavl', 'ics23:simple']);
});

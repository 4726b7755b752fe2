// F-28: who may become a vesting account, and until when (GHSA-4j93-fm92-rp4m, Barberry GHSA-j2cr-jc39-wpx5).
import { MsgCreatePeriodicVestingAccount, MsgCreatePermanentLockedAccount } from 'cosmjs-types/cosmos/vesting/v1beta1/tx';
import { beforeAll, expect, test } from 'vitest';
import type { ExecTxResult } from '../../../chain/abci/application.ts';
import { composeModules } from '../../../chain/app/app.ts';
import { type DevChain, devChain, type Message, registry, signDirect, type TestAccount, testAccounts } from '../../../chain/app/testing/dev-chain.ts';

const INT64_MAX = (1n << 63n) - 1n;
const coin = (amount: string) => [{ denom: 'utrel', amount }];
let chain: DevChain;
let from: TestAccount;
let fresh: string[];
let feeCollector: string;
let sequence = 0;

beforeAll(async () => {
  // Not among CosmJS's default types.
  registry.register('/cosmos.vesting.v1beta1.MsgCreatePeriodicVestingAccount', MsgCreatePeriodicVestingAccount);
  registry.register('/cosmos.vesting.v1beta1.MsgCreatePermanentLockedAccount', MsgCreatePermanentLockedAccount);
  chain = await devChain({ accounts: 2 });
  await chain.block();
  from = chain.accounts[0] as TestAccount;
  fresh = (await testAccounts(8)).slice(2).map((a) => a.address);
  const { keepers } = composeModules('trellis');
  feeCollector = keepers.accounts.addresses.toString(keepers.accounts.moduleAddress('fee_collector') as Uint8Array);
});

async function run(typeUrl: string, value: object): Promise<ExecTxResult> {
  const message: Message = { typeUrl, value: { fromAddress: from.address, ...value } };
  const tx = await signDirect(from, [message], { accountNumber: 0, sequence: sequence++ });
  return (await chain.block([tx])).txResults[0] as ExecTxResult;
}
const once = (toAddress: string, endTime: bigint, delayed = true): Promise<ExecTxResult> =>
  run('/cosmos.vesting.v1beta1.MsgCreateVestingAccount', { toAddress, amount: coin('5'), endTime, delayed });
const periodic = (toAddress: string, startTime: bigint, lengths: readonly bigint[], amount = '5'): Promise<ExecTxResult> =>
  run('/cosmos.vesting.v1beta1.MsgCreatePeriodicVestingAccount', {
    toAddress,
    startTime,
    vestingPeriods: lengths.map((length) => ({ length, amount: coin(amount) })),
  });
const locked = (toAddress: string): Promise<ExecTxResult> => run('/cosmos.vesting.v1beta1.MsgCreatePermanentLockedAccount', { toAddress, amount: coin('5') });

test('F-28: no kind of vesting account is made of a module', async () => {
  for (const r of [await once(feeCollector, 2_000_000_000n), await periodic(feeCollector, 1_800_000_000n, [10n]), await locked(feeCollector)]) {
    expect([r.codespace, r.code, r.log]).toEqual(['sdk', 4, expect.stringContaining('is not allowed to receive funds')]);
  }
});

test('F-28: nor of an account that is there', async () => {
  const there = (chain.accounts[1] as TestAccount).address;
  for (const r of [await once(there, 2_000_000_000n), await periodic(there, 1_800_000_000n, [10n]), await locked(there)]) {
    expect([r.codespace, r.code, r.log]).toEqual(['sdk', 18, expect.stringContaining('already exists')]);
  }
});

test('F-28: an end that overflows, a period backwards or of nothing is refused, and the address stays free', async () => {
  const to = fresh[0] as string;
  expect((await periodic(to, INT64_MAX - 5n, [10n])).log).toContain('vesting start-time cannot be before end-time');
  expect((await periodic(to, 1_800_000_000n, [10n, INT64_MAX])).log).toContain('vesting start-time cannot be before end-time');
  for (const length of [0n, -1n, -INT64_MAX]) expect((await periodic(to, 1_800_000_000n, [10n, length])).log).toContain('invalid period length');
  for (const start of [0n, -1n]) expect((await periodic(to, start, [10n])).log).toContain('invalid start time');
  for (const end of [0n, -1n]) expect((await once(to, end)).log).toContain('invalid end time');
  expect((await periodic(to, 1_800_000_000n, [10n, 10n], '0')).code).toBe(10);
  // None of them has left an account behind.
  expect((await once(to, 2_000_000_000n)).code).toBe(0);
});

test('F-28: a transfer to several is refused as a whole where one of them is a module', async () => {
  const inputs = [{ address: from.address, coins: coin('2') }];
  const outputs = (addresses: readonly string[]): object[] => addresses.map((address) => ({ address, coins: coin('1') }));
  const multi = async (addresses: readonly string[]): Promise<ExecTxResult> => {
    const message = { typeUrl: '/cosmos.bank.v1beta1.MsgMultiSend', value: { inputs, outputs: outputs(addresses) } };
    return (await chain.block([await signDirect(from, [message], { accountNumber: 0, sequence: sequence++ })])).txResults[0] as ExecTxResult;
  };
  const refused = await multi([fresh[1] as string, feeCollector]);
  expect([refused.codespace, refused.code, refused.log]).toEqual(['sdk', 4, expect.stringContaining('is not allowed to receive funds')]);
  expect((await multi([fresh[1] as string, fresh[2] as string])).code).toBe(0);
});

// Grants and the breaker through whole blocks, by messages that CosmJS encodes: who pays, who acts, and what does not run while it is off.
import { GenericAuthorization } from 'cosmjs-types/cosmos/authz/v1beta1/authz';
import { MsgExec, MsgGrant } from 'cosmjs-types/cosmos/authz/v1beta1/tx';
import { MsgMultiSend, MsgSend } from 'cosmjs-types/cosmos/bank/v1beta1/tx';
import { AllowedMsgAllowance, BasicAllowance } from 'cosmjs-types/cosmos/feegrant/v1beta1/feegrant';
import { MsgGrantAllowance } from 'cosmjs-types/cosmos/feegrant/v1beta1/tx';
import { expect, test } from 'vitest';
import { appState, DENOM, type DevChain, devChain, type Message, sendMsg, signDirect } from './testing/dev-chain.ts';

const SEND = MsgSend.typeUrl;
const BALANCE = 1_000_000_000n;

function balance(chain: DevChain, i: number): bigint {
  const address = chain.accounts[i]?.address ?? '';
  return chain.app.keepers.bank.balance(chain.app.queryContext(0n), chain.app.addresses.toBytes(address), DENOM);
}

interface Run {
  readonly by: number;
  readonly sequence?: number;
  readonly fee?: string;
  readonly feeGranter?: string;
}

/** The code, codespace and log of a transaction alone in its block. */
async function run(chain: DevChain, messages: readonly Message[], { by, sequence = 0, ...o }: Run): Promise<string> {
  const from = chain.accounts[by];
  if (from === undefined) throw new Error('no such account');
  const { txResults } = await chain.block([await signDirect(from, messages, { accountNumber: by, sequence, gas: 400_000, ...o })]);
  return `${txResults[0]?.codespace} ${txResults[0]?.code} ${txResults[0]?.log}`;
}

const OK = ' 0 ';

test('a granter pays the fees of some messages, up to the limit', async () => {
  const chain = await devChain();
  const [a = '', b = '', c = ''] = chain.accounts.map((x) => x.address);
  const basic = { typeUrl: BasicAllowance.typeUrl, value: BasicAllowance.encode({ spendLimit: [{ denom: DENOM, amount: '1000' }] }).finish() };
  const allowance = { typeUrl: AllowedMsgAllowance.typeUrl, value: AllowedMsgAllowance.encode({ allowance: basic, allowedMessages: [SEND] }).finish() };
  expect(await run(chain, [{ typeUrl: MsgGrantAllowance.typeUrl, value: { granter: a, grantee: b, allowance } }], { by: 0 })).toBe(OK);
  expect(await run(chain, [sendMsg(b, c, '5')], { by: 1, fee: '600', feeGranter: a })).toBe(OK);
  expect([balance(chain, 0), balance(chain, 1), balance(chain, 2)]).toEqual([BALANCE - 600n, BALANCE - 5n, BALANCE + 5n]);
  // The fee is not paid, so that the sequence is not used.
  expect(await run(chain, [sendMsg(b, c, '5')], { by: 1, sequence: 1, fee: '600', feeGranter: a })).toMatch(/^feegrant 2 .* does not allow to pay fees for /);
  const multi = { typeUrl: MsgMultiSend.typeUrl, value: { inputs: [{ address: b, coins: [] }], outputs: [] } };
  expect(await run(chain, [multi], { by: 1, sequence: 1, fee: '1', feeGranter: a })).toMatch(/^feegrant 7 /);
  expect(await run(chain, [sendMsg(b, c, '5')], { by: 1, sequence: 1, fee: '400', feeGranter: a })).toBe(OK);
  expect(await run(chain, [sendMsg(b, c, '5')], { by: 1, sequence: 2, fee: '1', feeGranter: a })).toMatch(/^sdk 38 /);
  expect(balance(chain, 0)).toBe(BALANCE - 1000n);
});

const exec = (grantee: string, from: string, to: string): Message => ({
  typeUrl: MsgExec.typeUrl,
  value: { grantee, msgs: [{ typeUrl: SEND, value: MsgSend.encode({ fromAddress: from, toAddress: to, amount: [{ denom: DENOM, amount: '7' }] }).finish() }] },
});

test('a grantee sends for a granter until the grant has ended', async () => {
  const chain = await devChain();
  const [a = '', b = '', c = ''] = chain.accounts.map((x) => x.address);
  expect(await run(chain, [exec(b, a, c)], { by: 1 })).toMatch(/^authz 2 /);
  const authorization = { typeUrl: GenericAuthorization.typeUrl, value: GenericAuthorization.encode({ msg: SEND }).finish() };
  const expiration = { seconds: chain.time / 1_000_000_000n + 14n, nanos: 0 };
  expect(await run(chain, [{ typeUrl: MsgGrant.typeUrl, value: { granter: a, grantee: b, grant: { authorization, expiration } } }], { by: 0 })).toBe(OK);
  expect(await run(chain, [exec(b, a, c)], { by: 1, sequence: 1 })).toBe(OK);
  expect(await run(chain, [exec(b, a, c)], { by: 1, sequence: 2 })).toMatch(/^authz 2 /);
  expect([balance(chain, 0), balance(chain, 2)]).toEqual([BALANCE - 7n, BALANCE + 7n]);
});

test('what is switched off is refused before a fee is paid, and inside of others when it would run', async () => {
  const circuit = { account_permissions: [], disabled_type_urls: [SEND] };
  const chain = await devChain({ appState: (accounts) => ({ ...appState(accounts), circuit }) });
  const [a = '', b = '', c = ''] = chain.accounts.map((x) => x.address);
  expect(await run(chain, [sendMsg(a, b, '5')], { by: 0, fee: '10' })).toBe('undefined 1 tx type not allowed');
  expect(balance(chain, 0)).toBe(BALANCE);
  expect(await run(chain, [exec(b, b, c)], { by: 1, fee: '10' })).toMatch(/circuit breaker disables execution of this message: \/cosmos.bank.v1beta1.MsgSend$/);
  expect([balance(chain, 1), balance(chain, 2)]).toEqual([BALANCE - 10n, BALANCE]);
});

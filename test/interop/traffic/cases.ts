// Transactions that are right, refused, or fail in their block, each from accounts of its own, with the codespace and code that the Cosmos
// SDK gives. "sdk 5" is codespace and code; "" is code 0; "cache" is refused by the mempool before the application sees it.
import { createHash } from 'node:crypto';
import { MsgMultiSend, MsgSend, MsgUpdateParams } from 'cosmjs-types/cosmos/bank/v1beta1/tx';
import { MsgCreatePeriodicVestingAccount, MsgCreatePermanentLockedAccount, MsgCreateVestingAccount } from 'cosmjs-types/cosmos/vesting/v1beta1/tx';
import { bech32Encode } from '../../../chain/crypto/bech32.ts';
import { type Any, type Chain, type Fleet, type FundedAccount, signedTx, type TxOptions } from './signer.ts';

export interface Case {
  readonly name: string;
  readonly txs: readonly Uint8Array[];
  /** CheckTx of each, on a state in which none of them is committed. */
  readonly check: readonly string[];
  /** In one block, one after another, whether CheckTx let them in or not. */
  readonly block: readonly string[];
}

/** The name of the case whose two transactions have one hash. */
export const TWICE = 'the same bytes twice';

const MANY_RECEIVERS = 'multi-send to 250 receivers';
const NOISE = '200,000 bytes that are no transaction';
/** Names of cases that take much room in a block or in its results. */
export const LARGE: readonly string[] = [MANY_RECEIVERS, NOISE];

/** What is known of the chain while cases are made. */
export interface Moment {
  readonly height: bigint;
  /** Nanoseconds. */
  readonly time: bigint;
  /** What each account of the fleet has. */
  readonly balance: bigint;
}

const coin = (denom: string, amount: bigint | string): { denom: string; amount: string } => ({ denom, amount: String(amount) });

export function sendMsg(chain: Chain, from: string, to: string, amount: bigint | string, denom = chain.denom): Any {
  return { typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: MsgSend.encode({ fromAddress: from, toAddress: to, amount: [coin(denom, amount)] }).finish() };
}

function sendCoinsMsg(from: string, to: string, coins: readonly (readonly [string, string])[]): Any {
  const amount = coins.map(([denom, a]) => coin(denom, a));
  return { typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: MsgSend.encode({ fromAddress: from, toAddress: to, amount }).finish() };
}

function multiSend(inputs: readonly [string, bigint][], outputs: readonly [string, bigint][], denom: string): Any {
  const side = (list: readonly [string, bigint][]): { address: string; coins: { denom: string; amount: string }[] }[] =>
    list.map(([address, amount]) => ({ address, coins: [coin(denom, amount)] }));
  return { typeUrl: '/cosmos.bank.v1beta1.MsgMultiSend', value: MsgMultiSend.encode({ inputs: side(inputs), outputs: side(outputs) }).finish() };
}

/** An address that no genesis account has, other for each `name`. */
export function freshAddress(chain: Chain, name: string, length = 20): string {
  return bech32Encode(chain.prefix, createHash('sha256').update(`fresh ${name}`).digest().subarray(0, length));
}

export function moduleAddressText(chain: Chain, module: string): string {
  return bech32Encode(chain.prefix, createHash('sha256').update(module).digest().subarray(0, 20));
}

/** A full set of cases; takes about sixty accounts of the fleet. `round` makes the fresh addresses of each set its own. */
export function cases(chain: Chain, fleet: Fleet, now: Moment, round: number): Case[] {
  const out: Case[] = [];
  const peer = fleet.take().address;
  const send = (from: FundedAccount, amount: bigint = 7n, to = peer): Any => sendMsg(chain, from.address, to, amount);
  const one = (name: string, check: string, block: string, messages: (a: FundedAccount) => readonly Any[], o: TxOptions = {}): void => {
    const a = fleet.take();
    out.push({ name, txs: [signedTx(chain, a, messages(a), o)], check: [check], block: [block] });
  };
  const many = (name: string, check: readonly string[], block: readonly string[], make: (a: FundedAccount) => readonly Uint8Array[]): void => {
    out.push({ name, txs: make(fleet.take()), check, block });
  };
  const fresh = (name: string): string => freshAddress(chain, `${round} ${name}`);

  // Right.
  one('transfer', '', '', (a) => [send(a)]);
  one('transfer to an account that is not there yet', '', '', (a) => [send(a, 9n, fresh('new'))]);
  one('transfer to an address of 32 bytes', '', '', (a) => [send(a, 9n, freshAddress(chain, `${round} long`, 32))]);
  one('transfer to itself', '', '', (a) => [send(a, 3n, a.address)]);
  one('everything but the fee', '', '', (a) => [send(a, now.balance - chain.fee)]);
  one('three messages', '', '', (a) => [send(a, 1n), send(a, 2n, fresh('three')), send(a, 3n)]);
  one('memo of 256 characters', '', '', (a) => [send(a)], { memo: 'm'.repeat(256) });
  one('timeout height in the future', '', '', (a) => [send(a)], { timeoutHeight: now.height + 10_000n });
  {
    const a = fleet.take();
    const amino = [{ type: 'cosmos-sdk/MsgSend', value: { from_address: a.address, to_address: peer, amount: [coin(chain.denom, 7n)] } }];
    out.push({ name: 'signed as amino JSON', txs: [signedTx(chain, a, [send(a)], { amino, memo: '<&>' })], check: [''], block: [''] });
  }
  if (chain.unordered) {
    const unordered = { unordered: true, timeoutTimestamp: now.time + 120_000_000_000n };
    one('unordered', '', '', (a) => [send(a)], unordered);
    one('unordered with a sequence', 'sdk 18', 'sdk 18', (a) => [send(a)], { ...unordered, sequence: 1n });
    one('unordered without timeout', 'sdk 18', 'sdk 18', (a) => [send(a)], { unordered: true });
    one('unordered and too late', 'sdk 42', 'sdk 42', (a) => [send(a)], { unordered: true, timeoutTimestamp: 1_000_000_000n });
    many('unordered with the same time twice', ['', 'sdk 18'], ['', 'sdk 18'], (a) => [
      signedTx(chain, a, [send(a, 1n)], unordered),
      signedTx(chain, a, [send(a, 2n)], unordered),
    ]);
  }
  many('four transfers of one account', ['', '', '', ''], ['', '', '', ''], (a) =>
    [0n, 1n, 2n, 3n].map((sequence) => signedTx(chain, a, [send(a, sequence + 1n)], { sequence })),
  );
  one('multi-send', '', '', (a) => [
    multiSend(
      [[a.address, 30n]],
      [
        [peer, 10n],
        [fresh('multi'), 20n],
      ],
      chain.denom,
    ),
  ]);
  one(
    MANY_RECEIVERS,
    '',
    '',
    (a) => [
      multiSend(
        [[a.address, 250n]],
        Array.from({ length: 250 }, (_, i) => [fresh(`many ${i}`), 1n]),
        chain.denom,
      ),
    ],
    { gas: 20_000_000n, fee: chain.fee * 5n },
  );
  one('multi-send to the same receiver twice', '', '', (a) => [
    multiSend(
      [[a.address, 30n]],
      [
        [peer, 10n],
        [peer, 20n],
      ],
      chain.denom,
    ),
  ]);
  const vesting =
    (name: string, to: string, delayed: boolean, endTime: bigint, amount = 50_000n) =>
    (a: FundedAccount): Any[] => [
      {
        typeUrl: '/cosmos.vesting.v1beta1.MsgCreateVestingAccount',
        value: MsgCreateVestingAccount.encode({
          fromAddress: a.address,
          toAddress: to === '' ? fresh(name) : to,
          amount: [coin(chain.denom, amount)],
          endTime,
          delayed,
        }).finish(),
      },
    ];
  const seconds = now.time / 1_000_000_000n;
  one('delayed vesting account', '', '', vesting('delayed', '', true, seconds + 3600n));
  one('continuous vesting account', '', '', vesting('continuous', '', false, seconds + 3600n));
  one('permanently locked account', '', '', (a) => [
    {
      typeUrl: '/cosmos.vesting.v1beta1.MsgCreatePermanentLockedAccount',
      value: MsgCreatePermanentLockedAccount.encode({ fromAddress: a.address, toAddress: fresh('locked'), amount: [coin(chain.denom, 77n)] }).finish(),
    },
  ]);
  const periodic =
    (periods: readonly [bigint, bigint][], to = fresh(`periodic ${periods.length}`)) =>
    (a: FundedAccount): Any[] => [
      {
        typeUrl: '/cosmos.vesting.v1beta1.MsgCreatePeriodicVestingAccount',
        value: MsgCreatePeriodicVestingAccount.encode({
          fromAddress: a.address,
          toAddress: to,
          startTime: seconds,
          vestingPeriods: periods.map(([length, amount]) => ({ length, amount: [coin(chain.denom, amount)] })),
        }).finish(),
      },
    ];
  one(
    'periodic vesting account',
    '',
    '',
    periodic([
      [10n, 5n],
      [20n, 6n],
    ]),
  );
  one('more gas than needed', '', '', (a) => [send(a)], { gas: 10_000_000n, fee: chain.fee * 50n });

  // Refused by the ante rules.
  one('wrong signature', 'sdk 4', 'sdk 4', (a) => [send(a)], { signatures: (s) => [s.map((b, i) => (i === 9 ? b ^ 1 : b))] });
  one('signed for another chain', 'sdk 4', 'sdk 4', (a) => [send(a)], { signFor: { chainId: 'another-1' } });
  one('signed for another account number', 'sdk 4', 'sdk 4', (a) => [send(a)], { signFor: { number: 99_999n } });
  one('no signature', 'sdk 15', 'sdk 15', (a) => [send(a)], { signatures: () => [] });
  one('two signatures of one signer', 'sdk 4', 'sdk 4', (a) => [send(a)], { signatures: (s) => [s, s] });
  one('sequence too high', 'sdk 32', 'sdk 32', (a) => [send(a)], { sequence: 5n });
  one('memo of 257 characters', 'sdk 12', 'sdk 12', (a) => [send(a)], { memo: 'm'.repeat(257) });
  one('out of gas before the messages', 'sdk 11', 'sdk 11', (a) => [send(a)], { gas: 1000n });
  one('no gas at all', 'sdk 11', 'sdk 11', (a) => [send(a)], { gas: 0n });
  one('fee above the balance', 'sdk 5', 'sdk 5', (a) => [send(a)], { fee: now.balance + 1n });
  one('fee below the minimum', 'sdk 13', '', (a) => [send(a)], { fee: 0n });
  one('fee of another denomination', 'sdk 13', 'sdk 5', (a) => [send(a)], { feeDenom: 'other' });
  one('timeout height in the past', 'sdk 30', 'sdk 30', (a) => [send(a)], { timeoutHeight: 1n });
  one('extension option that is a message', 'sdk 2', 'sdk 2', (a) => [send(a)], { extensionOptions: [send(fleet.take())] });
  one('non-critical extension option that is a message', 'sdk 2', 'sdk 2', (a) => [send(a)], { nonCriticalExtensionOptions: [send(fleet.take())] });
  one('no message', 'sdk 18', 'sdk 18', () => []);
  one('message of another signer', 'sdk 8', 'sdk 8', () => [send(fleet.take())]);
  one('message unknown to the chain', 'sdk 2', 'sdk 2', () => [{ typeUrl: '/no.such.Message', value: new Uint8Array([10, 0]) }]);
  one('message with an unknown field', 'sdk 2', 'sdk 2', (a) => [{ ...send(a), value: Uint8Array.from([...send(a).value, 0x78, 1]) }]);
  one('message cut short', 'sdk 2', 'sdk 2', (a) => [{ ...send(a), value: send(a).value.subarray(0, 20) }]);
  many(TWICE, ['', 'cache'], ['', 'sdk 32'], (a) => {
    const tx = signedTx(chain, a, [send(a)]);
    return [tx, tx];
  });
  many('no transaction at all', ['sdk 2', 'sdk 2', 'sdk 2'], ['sdk 2', 'sdk 2', 'sdk 2'], () => [
    Uint8Array.from([0xff, round]),
    new TextEncoder().encode(`not protobuf ${round}`),
    Uint8Array.from([10, 1, round]),
  ]);
  // A block with it has several parts.
  many(NOISE, ['sdk 2'], ['sdk 2'], () => [new Uint8Array(200_000).fill(1 + (round % 250))]);
  {
    // An account that no coin ever reached.
    const poor = { ...fleet.take(), number: 0n };
    const stranger = { ...poor, address: fresh('stranger') };
    out.push({ name: 'signer that is not the key', txs: [signedTx(chain, poor, [send(stranger)])], check: ['sdk 9'], block: ['sdk 9'] });
  }

  // Let in by CheckTx, which runs no message; fail in their block and pay their fee.
  one('more than the balance', '', 'sdk 5', (a) => [send(a, now.balance)]);
  one('amount of zero', '', 'sdk 10', (a) => [send(a, 0n)]);
  one('negative amount', '', 'sdk 10', (a) => [sendMsg(chain, a.address, peer, '-5')]);
  one('no coins', '', 'sdk 10', (a) => [sendCoinsMsg(a.address, peer, [])]);
  one('coins out of order', '', 'sdk 10', (a) => [
    sendCoinsMsg(a.address, peer, [
      [chain.denom, '1'],
      ['aaa', '1'],
    ]),
  ]);
  one('coins of one denomination twice', '', 'sdk 10', (a) => [
    sendCoinsMsg(a.address, peer, [
      [chain.denom, '1'],
      [chain.denom, '1'],
    ]),
  ]);
  one('denomination that nobody has', '', 'sdk 5', (a) => [sendMsg(chain, a.address, peer, 1n, 'nobodyhas')]);
  one('denomination with wrong characters', '', 'sdk 10', (a) => [sendMsg(chain, a.address, peer, 1n, '1!')]);
  one('receiver that is no address', '', 'sdk 7', (a) => [send(a, 1n, 'nobody')]);
  one('receiver with another prefix', '', 'sdk 7', (a) => [send(a, 1n, bech32Encode('other', new Uint8Array(20)))]);
  one('receiver that takes no funds', '', 'sdk 4', (a) => [send(a, 1n, moduleAddressText(chain, 'fee_collector'))]);
  one('second message fails', '', 'sdk 5', (a) => [send(a, 10n, fresh('undone')), send(a, now.balance)]);
  one('out of gas in the message', '', 'sdk 11', (a) => [send(a, 1n, fresh('no gas'))], { gas: 62_000n });
  one('multi-send that does not add up', '', 'bank 4', (a) => [multiSend([[a.address, 30n]], [[peer, 10n]], chain.denom)]);
  one('multi-send without outputs', '', 'bank 3', (a) => [multiSend([[a.address, 30n]], [], chain.denom)]);
  one('multi-send above the balance', '', 'sdk 5', (a) => [multiSend([[a.address, now.balance * 2n]], [[peer, now.balance * 2n]], chain.denom)]);
  one('parameters changed without authority', '', 'gov 13', (a) => [
    {
      typeUrl: '/cosmos.bank.v1beta1.MsgUpdateParams',
      value: MsgUpdateParams.encode({ authority: a.address, params: { sendEnabled: [], defaultSendEnabled: false } }).finish(),
    },
  ]);
  one('vesting account that exists', '', 'sdk 18', vesting('', peer, true, seconds + 3600n));
  one('vesting account without end', '', 'sdk 18', vesting('endless', '', true, 0n));
  one('vesting account that cannot be paid', '', 'sdk 5', vesting('unpaid', '', true, seconds + 3600n, now.balance * 3n));
  one('vesting period of no length', '', 'sdk 18', periodic([[0n, 5n]]));
  many('second transfer finds the account empty', ['', ''], ['', 'sdk 5'], (a) => [
    signedTx(chain, a, [send(a, now.balance - chain.fee)]),
    signedTx(chain, a, [send(a, 1n)], { sequence: 1n }),
  ]);
  many('second finds too little for its message, third still pays', ['', '', ''], ['', 'sdk 5', ''], (a) => [
    signedTx(chain, a, [send(a, now.balance - 3n * chain.fee - 10n)]),
    signedTx(chain, a, [send(a, chain.fee + 11n)], { sequence: 1n }),
    signedTx(chain, a, [send(a, 10n)], { sequence: 2n }),
  ]);
  return out;
}

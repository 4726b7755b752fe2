// What the application is asked in the comparison with simd: blocks of named transactions. Each transaction stands for one rule.
// Only the first block with transactions pays fees: simd's distribution module moves them on with the next block, which changes gas.

import { concatBytes, utf8 } from '../../../chain/encoding/bytes.ts';
import { GO_ZERO_TIME, NANOS_PER_SECOND, type Time } from '../../../chain/encoding/time.ts';
import { MsgUpdateParams as MsgUpdateAuthParams } from '../../../proto/gen/cosmos/auth/v1beta1.ts';
import { MsgMultiSend, MsgSend, MsgSetSendEnabled, MsgUpdateParams } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { MsgUpdateParams as MsgUpdateConsensusParams } from '../../../proto/gen/cosmos/consensus/v1.ts';
import { SignMode } from '../../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import type { SignerInfo } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { MsgCreatePeriodicVestingAccount, MsgCreatePermanentLockedAccount, MsgCreateVestingAccount } from '../../../proto/gen/cosmos/vesting/v1beta1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { addresses, alice, anyOf, bob, carol, council, dave, phone, sensor, type TestKey } from './keys.ts';
import { DENOM, makeTx, type TxOptions } from './sign.ts';

export interface NamedTx {
  readonly name: string;
  readonly tx: Uint8Array;
}

const coin = (amount: bigint | string, denom = DENOM): { denom: string; amount: string } => ({ denom, amount: amount.toString() });
const send = (from: string, to: string, amount: bigint | string, denom = DENOM): Any =>
  anyOf(MsgSend, { fromAddress: from, toAddress: to, amount: [coin(amount, denom)] });
const FEE_COLLECTOR = 'cosmos17xpfvakm2amg962yls6f84z3kell8c5lserqta';
const fresh = (n: number, length = 20): string => addresses.toString(new Uint8Array(length).fill(n));

/** Sequences are counted here; `keep` is for transactions that must fail before theirs counts. */
class Signers {
  readonly #next = new Map<string, number>();
  sequence(k: TestKey): number {
    return this.#next.get(k.address) ?? 0;
  }
  tx(name: string, from: TestKey, messages: readonly Any[], o: Partial<TxOptions> = {}): NamedTx {
    const sequence = o.sequence ?? this.sequence(from);
    this.#next.set(from.address, sequence + 1);
    for (const [k, s] of o.also ?? []) this.#next.set(k.address, s + 1);
    return { name, tx: makeTx(from, messages, { ...o, sequence }) };
  }
  keep(name: string, from: TestKey, messages: readonly Any[], o: Partial<TxOptions> = {}): NamedTx {
    return { name, tx: makeTx(from, messages, { ...o, sequence: o.sequence ?? this.sequence(from) }) };
  }
}

const firstInfo =
  (change: (s: SignerInfo) => Partial<SignerInfo>): NonNullable<TxOptions['auth']> =>
  (a) => {
    const [s] = a.signerInfos;
    return s === undefined ? a : { ...a, signerInfos: [{ ...s, ...change(s) }] };
  };

function fees(s: Signers): NamedTx[] {
  const pay = send(alice.address, bob.address, 1n);
  return [
    s.tx('transfer with a fee', alice, [send(alice.address, bob.address, 1234n)], { fee: [coin(500n)] }),
    s.keep('replay', alice, [pay], { sequence: 0, fee: [coin(500n)] }),
    s.tx('message fails, fee stays', alice, [send(alice.address, bob.address, 10n ** 15n)], { fee: [coin(7n)] }),
    s.keep('fee above the balance', alice, [pay], { fee: [coin(10n ** 15n)] }),
    s.tx('fee payer is the sender', bob, [send(bob.address, alice.address, 1n)], { payer: bob.address, fee: [coin(9n)] }),
    s.keep('fee payer did not sign', bob, [send(bob.address, alice.address, 1n)], { payer: carol.address, fee: [coin(9n)] }),
    s.keep('fee payer is no address', bob, [send(bob.address, alice.address, 1n)], { payer: 'cosmos1qqqq' }),
    s.tx('fee payer signs too', bob, [send(bob.address, alice.address, 1n)], { payer: carol.address, fee: [coin(9n)], also: [[carol, s.sequence(carol)]] }),
    s.keep('granter is no address', bob, [send(bob.address, alice.address, 1n)], { granter: 'xx' }),
    s.keep('fee negative', bob, [send(bob.address, alice.address, 1n)], { fee: [coin(-5n)] }),
    s.tx('fee of zero coins', bob, [send(bob.address, alice.address, 1n)], { fee: [coin(0n)] }),
    s.keep('fee unsorted', bob, [send(bob.address, alice.address, 1n)], { fee: [coin(1n), coin(1n, 'stake')] }),
    s.keep('fee in a denom that is not there', bob, [send(bob.address, alice.address, 1n)], { fee: [coin(1n, 'foo')] }),
    s.keep('no fee message', bob, [send(bob.address, alice.address, 1n)], { auth: (a) => ({ ...a, fee: undefined }) }),
    s.tx('two messages of two signers', bob, [send(bob.address, alice.address, 1n), send(carol.address, alice.address, 2n)], {
      also: [[carol, s.sequence(carol)]],
    }),
  ];
}

// A sender without an account is left out: simd writes its raw bytes into the text, which is no UTF-8.
function signatures(s: Signers): NamedTx[] {
  const pay = [send(alice.address, bob.address, 1n)];
  const keep = (name: string, o: Partial<TxOptions>): NamedTx => s.keep(name, alice, pay, o);
  const highS = (sig: Uint8Array): Uint8Array => {
    const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const v = sig.subarray(32).reduce((x, b) => x * 256n + BigInt(b), 0n);
    return concatBytes(
      sig.subarray(0, 32),
      Uint8Array.from((n - v).toString(16).padStart(64, '0').match(/../g) ?? [], (h) => Number.parseInt(h, 16)),
    );
  };
  return [
    s.tx('amino JSON', alice, pay, { mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON, body: { memo: 'memo & <x>' } }),
    keep('amino JSON, other sequence', { mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON, auth: firstInfo((i) => ({ sequence: i.sequence + 3n })) }),
    keep('amino JSON, other chain', { mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON, chainId: 'other' }),
    keep('other chain', { chainId: 'other' }),
    keep('other account number', { number: 99n }),
    keep('future sequence', { sequence: 99 }),
    keep('key of another', { auth: firstInfo(() => ({ publicKey: bob.publicKey })) }),
    keep('signed by another', { signKey: bob }),
    keep('key left out', { auth: firstInfo(() => ({ publicKey: undefined })) }),
    keep('short key', { auth: firstInfo(() => ({ publicKey: { ...alice.publicKey, value: alice.publicKey.value.slice(0, 10) } })) }),
    keep('no signer info', { auth: (a) => ({ ...a, signerInfos: [] }) }),
    keep('two signer infos', { auth: (a) => ({ ...a, signerInfos: [...a.signerInfos, ...a.signerInfos] }) }),
    keep('no signature', { signatures: () => [] }),
    keep('two signatures', { signatures: (x) => [...x, ...x] }),
    keep('empty signature', { signatures: () => [new Uint8Array(0)] }),
    keep('high s', { signatures: ([x]) => [highS(x as Uint8Array)] }),
    keep('no sign mode', { auth: firstInfo(() => ({ modeInfo: undefined })) }),
    keep('empty mode info', { auth: firstInfo(() => ({ modeInfo: { sum: undefined } })) }),
    keep('mode unspecified', { mode: 0 }),
    keep('mode unknown', { mode: 99 }),
    keep('mode aux by the fee payer', { mode: SignMode.SIGN_MODE_DIRECT_AUX }),
    s.tx('secp256r1', phone, [send(phone.address, bob.address, 1n)]),
    s.keep('secp256r1, wrong', phone, [send(phone.address, bob.address, 1n)], { chainId: 'other' }),
    s.tx('ed25519', sensor, [send(sensor.address, bob.address, 1n)]),
    s.keep('ed25519, wrong', sensor, [send(sensor.address, bob.address, 1n)], { chainId: 'other' }),
    s.tx('multisig', council, [send(council.address, bob.address, 1n)], { mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON, members: [alice, undefined, carol] }),
    s.tx('multisig, all', council, [send(council.address, bob.address, 1n)], { mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON, members: [alice, bob, carol] }),
    s.keep('multisig, too few', council, [send(council.address, bob.address, 1n)], {
      mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON,
      members: [alice, undefined, undefined],
    }),
    s.keep('multisig, wrong member', council, [send(council.address, bob.address, 1n)], {
      mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON,
      members: [alice, dave, undefined],
    }),
    s.keep('multisig, single mode', council, [send(council.address, bob.address, 1n)], { mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON }),
    s.keep('multisig mode of a single key', alice, pay, { members: [alice] }),
  ];
}

function bodies(s: Signers, now: Time): NamedTx[] {
  const pay = [send(alice.address, bob.address, 1n)];
  const keep = (name: string, o: Partial<TxOptions>): NamedTx => s.keep(name, alice, pay, o);
  const tx = (name: string, o: Partial<TxOptions>): NamedTx => s.tx(name, alice, pay, o);
  return [
    tx('memo of 256', { body: { memo: 'x'.repeat(256) } }),
    keep('memo of 257', { body: { memo: 'x'.repeat(257) } }),
    tx('memo of many bytes', { body: { memo: 'é'.repeat(128) } }),
    keep('memo of too many bytes', { body: { memo: 'é'.repeat(129) } }),
    keep('timeout height passed', { body: { timeoutHeight: 1n } }),
    tx('timeout height ahead', { body: { timeoutHeight: 100n } }),
    keep('timeout passed', { body: { timeoutTimestamp: now - 60n * NANOS_PER_SECOND } }),
    tx('timeout ahead', { body: { timeoutTimestamp: now + 3600n * NANOS_PER_SECOND } }),
    tx('timeout of zero', { body: { timeoutTimestamp: GO_ZERO_TIME } }),
    keep('unordered', { sequence: 0, body: { unordered: true, timeoutTimestamp: now + 60n * NANOS_PER_SECOND } }),
    keep('gas of 20000', { gas: 20_000n }),
    s.tx('gas runs out in the message', alice, pay, { gas: 40_000n }),
    keep('gas of 2^63', { gas: 1n << 63n }),
    tx('gas of 2^63 - 1', { gas: (1n << 63n) - 1n }),
    s.keep('no messages', alice, []),
    { name: 'no transaction', tx: Uint8Array.of(1, 2, 3) },
    { name: 'empty', tx: new Uint8Array(0) },
  ];
}

function transfers(s: Signers): NamedTx[] {
  const from = carol.address;
  const tx = (name: string, ...messages: readonly Any[]): NamedTx => s.tx(name, carol, messages);
  const multi = (
    inputs: readonly [string, readonly { denom: string; amount: string }[]][],
    outputs: readonly [string, readonly { denom: string; amount: string }[]][],
  ): Any =>
    anyOf(MsgMultiSend, { inputs: inputs.map(([address, coins]) => ({ address, coins })), outputs: outputs.map(([address, coins]) => ({ address, coins })) });
  const noAmount = concatBytes(
    Uint8Array.of(0x0a, from.length),
    utf8(from),
    Uint8Array.of(0x12, from.length),
    utf8(from),
    Uint8Array.of(0x1a, 7, 0x0a, 5),
    utf8(DENOM),
  );
  return [
    tx('to a new account', send(from, fresh(1), 5n)),
    tx('to a new account of 32 bytes', send(from, fresh(2, 32), 5n)),
    tx('to itself', send(from, from, 5n)),
    tx('two messages', send(from, bob.address, 1n), send(from, alice.address, 2n)),
    tx('the second message fails', send(from, bob.address, 1n), send(from, alice.address, 10n ** 15n)),
    tx('zero', send(from, bob.address, 0n)),
    tx('negative', send(from, bob.address, -1n)),
    tx('denom of one letter', send(from, bob.address, 1n, 'x')),
    tx('denom that is not there', send(from, bob.address, 1n, 'foo')),
    tx('no coins', anyOf(MsgSend, { fromAddress: from, toAddress: bob.address, amount: [] })),
    tx('coins unsorted', anyOf(MsgSend, { fromAddress: from, toAddress: bob.address, amount: [coin(1n), coin(1n, 'stake')] })),
    tx('coin twice', anyOf(MsgSend, { fromAddress: from, toAddress: bob.address, amount: [coin(1n), coin(1n)] })),
    tx('no amount', { typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: noAmount }),
    tx('largest amount', send(from, bob.address, (1n << 256n) - 1n)),
    s.keep('larger than the largest amount', carol, [send(from, bob.address, 1n << 256n)]),
    tx('amount in hexadecimal', send(from, bob.address, '0x10')),
    s.keep('amount that is no number', carol, [send(from, bob.address, '1.5')]),
    tx('to a module', send(from, FEE_COLLECTOR, 1n)),
    tx('to nobody', send(from, '', 1n)),
    tx('to half an address', send(from, 'cosmos1qqqq', 1n)),
    tx('to another chain', send(from, 'trellis19rl4cm2hmr8afy4kldpxz3fka4jguq0aq37gt8', 1n)),
    tx('to upper case', send(from, bob.address.toUpperCase(), 1n)),
    s.keep('from half an address', carol, [send('cosmos1qqqq', bob.address, 1n)]),
    tx('from upper case', send(from.toUpperCase(), bob.address, 1n)),
    tx(
      'multi',
      multi(
        [[from, [coin(30n)]]],
        [
          [bob.address, [coin(10n)]],
          [fresh(3), [coin(20n)]],
        ],
      ),
    ),
    tx('multi, sums differ', multi([[from, [coin(31n)]]], [[bob.address, [coin(10n)]]])),
    tx('multi, too much', multi([[from, [coin(10n ** 15n)]]], [[fresh(4), [coin(10n ** 15n)]]])),
    tx('multi, to a module', multi([[from, [coin(1n)]]], [[FEE_COLLECTOR, [coin(1n)]]])),
    tx('multi, no outputs', multi([[from, [coin(1n)]]], [])),
    tx('multi, no coins', multi([[from, []]], [[bob.address, []]])),
    tx(
      'multi, two inputs',
      multi(
        [
          [from, [coin(1n)]],
          [from, [coin(1n)]],
        ],
        [[bob.address, [coin(2n)]]],
      ),
    ),
    tx('multi, output is no address', multi([[from, [coin(1n)]]], [['cosmos1qqqq', [coin(1n)]]])),
    s.keep('multi, no inputs', carol, [multi([], [[bob.address, [coin(1n)]]])]),
  ];
}

function vesting(s: Signers, now: Time): NamedTx[] {
  const from = dave.address;
  const seconds = now / NANOS_PER_SECOND;
  const tx = (name: string, message: Any): NamedTx => s.tx(name, dave, [message]);
  const create = (to: string, endTime: bigint, delayed: boolean, amount = [coin(1000n)]): Any =>
    anyOf(MsgCreateVestingAccount, { fromAddress: from, toAddress: to, amount, endTime, delayed });
  const periodic = (to: string, startTime: bigint, periods: readonly (readonly [bigint, bigint])[]): Any =>
    anyOf(MsgCreatePeriodicVestingAccount, {
      fromAddress: from,
      toAddress: to,
      startTime,
      vestingPeriods: periods.map(([length, amount]) => ({ length, amount: [coin(amount)] })),
    });
  const top = (1n << 63n) - 1n;
  return [
    tx('vesting continuous', create(fresh(10), seconds + 10_000n, false)),
    tx('vesting delayed', create(fresh(11), seconds + 10_000n, true)),
    tx('vesting that has ended', create(fresh(12), 5n, false)),
    tx('vesting without an end', create(fresh(13), 0n, false)),
    tx('vesting account that is there', create(fresh(10), seconds + 10n, false)),
    tx('vesting for a module', create(FEE_COLLECTOR, seconds + 10n, false)),
    tx('vesting of nothing', create(fresh(14), seconds + 10n, false, [])),
    tx('vesting of too much', create(fresh(15), seconds + 10n, false, [coin(10n ** 15n)])),
    tx('vesting for ever', anyOf(MsgCreatePermanentLockedAccount, { fromAddress: from, toAddress: fresh(16), amount: [coin(1000n)] })),
    tx(
      'vesting in periods',
      periodic(fresh(17), seconds, [
        [10n, 5n],
        [20n, 7n],
      ]),
    ),
    tx('vesting in a period of no length', periodic(fresh(18), seconds, [[0n, 5n]])),
    tx('vesting in no periods', periodic(fresh(19), seconds, [])),
    tx('vesting from before time', periodic(fresh(20), 0n, [[10n, 5n]])),
    tx(
      'vesting beyond time',
      periodic(fresh(21), 1n, [
        [top, 5n],
        [top, 5n],
      ]),
    ),
    tx('bank parameters by anyone', anyOf(MsgUpdateParams, { authority: from, params: { sendEnabled: [], defaultSendEnabled: false } })),
    tx('send enabled by anyone', anyOf(MsgSetSendEnabled, { authority: from, sendEnabled: [], useDefaultFor: [] })),
    tx(
      'auth parameters by anyone',
      anyOf(MsgUpdateAuthParams, {
        authority: from,
        params: { maxMemoCharacters: 1n, txSigLimit: 1n, txSizeCostPerByte: 1n, sigVerifyCostEd25519: 1n, sigVerifyCostSecp256k1: 1n },
      }),
    ),
    tx(
      'engine parameters by anyone',
      anyOf(MsgUpdateConsensusParams, { authority: from, block: undefined, evidence: undefined, validator: undefined, abci: undefined }),
    ),
  ];
}

/** Blocks after the first, empty one; `now` is the genesis time. */
export function scenarioBlocks(now: Time): readonly (readonly NamedTx[])[] {
  const s = new Signers();
  return [fees(s), signatures(s), bodies(s, now), transfers(s), vesting(s, now)];
}

// Random messages for the application: kinds, addresses, denominations, amounts and times at their borders, chosen by a list of bytes.
// The authority is left out: it is gov's account, which simd has and this application does not have yet.

import { MsgUpdateParams as UpdateAuthParams } from '../../../proto/gen/cosmos/auth/v1beta1.ts';
import { type Input, MsgMultiSend, MsgSend, MsgSetSendEnabled, MsgUpdateParams } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { MsgUpdateParams as UpdateConsensusParams } from '../../../proto/gen/cosmos/consensus/v1.ts';
import { MsgCreatePeriodicVestingAccount, MsgCreatePermanentLockedAccount, MsgCreateVestingAccount } from '../../../proto/gen/cosmos/vesting/v1beta1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { addresses, anyOf, funded } from './keys.ts';

/** A list of bytes as a stream of choices. */
export class Choices {
  readonly #bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  below(n: number): number {
    return (this.#bytes[this.#at++] ?? 0) % n;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
  list<T>(max: number, make: () => T): T[] {
    return Array.from({ length: this.below(max + 1) }, make);
  }
}

const TIMES = [0n, -1n, 1n, 1_700_000_000n, 1_700_000_500n, 4_000_000_000n, (1n << 63n) - 1n, -(1n << 63n)] as const;
const AMOUNTS = ['1', '7', '1000', '0', '-1', '', '999999999', '1000000000', ((1n << 256n) - 1n).toString(), (1n << 64n).toString()] as const;
const DENOMS = ['utrel', 'utrel', 'utrel', 'stake', 'foo', 'x', '', 'Zzz', 'a/b:c.d'] as const;
const ODD = ['', 'x', 'cosmos1qqqq', ' ', 'cosmos17xpfvakm2amg962yls6f84z3kell8c5lserqta'] as const;

const address = (c: Choices): string => {
  const kind = c.below(10);
  if (kind < 7) return (funded[c.below(funded.length)] as (typeof funded)[0]).address;
  return kind === 7 ? addresses.toString(new Uint8Array(c.of([20, 32, 1, 255])).fill(c.below(20))) : c.of(ODD);
};
const coins = (c: Choices): { denom: string; amount: string }[] => c.list(3, () => ({ denom: c.of(DENOMS), amount: c.of(AMOUNTS) }));
const sender = (c: Choices): string => (funded[c.below(4)] as (typeof funded)[0]).address;

/** Messages of every kind, mostly by the first four funded accounts. */
export const KINDS: readonly ((c: Choices) => Any)[] = [
  (c) => anyOf(MsgSend, { fromAddress: sender(c), toAddress: address(c), amount: [{ denom: 'utrel', amount: c.of(AMOUNTS) }] }),
  (c) => anyOf(MsgSend, { fromAddress: sender(c), toAddress: address(c), amount: coins(c) }),
  (c) => {
    const outputs = c.list(4, (): Input => ({ address: address(c), coins: [{ denom: 'utrel', amount: c.of(['1', '5', '100']) }] }));
    const total = outputs.reduce((n, o) => n + BigInt(o.coins[0]?.amount ?? '0'), 0n);
    return anyOf(MsgMultiSend, { inputs: [{ address: sender(c), coins: [{ denom: 'utrel', amount: total.toString() }] }], outputs });
  },
  (c) =>
    anyOf(MsgMultiSend, {
      inputs: c.list(2, () => ({ address: sender(c), coins: coins(c) })),
      outputs: c.list(3, () => ({ address: address(c), coins: coins(c) })),
    }),
  (c) => anyOf(MsgCreateVestingAccount, { fromAddress: sender(c), toAddress: address(c), amount: coins(c), endTime: c.of(TIMES), delayed: c.below(2) === 0 }),
  (c) => anyOf(MsgCreatePermanentLockedAccount, { fromAddress: sender(c), toAddress: address(c), amount: coins(c) }),
  (c) =>
    anyOf(MsgCreatePeriodicVestingAccount, {
      fromAddress: sender(c),
      toAddress: address(c),
      startTime: c.of(TIMES),
      vestingPeriods: c.list(3, () => ({ length: c.of(TIMES), amount: coins(c) })),
    }),
  (c) =>
    anyOf(MsgSetSendEnabled, {
      authority: sender(c),
      sendEnabled: c.list(2, () => ({ denom: c.of(DENOMS), enabled: c.below(2) === 0 })),
      useDefaultFor: c.list(2, () => c.of(DENOMS)),
    }),
  (c) => anyOf(MsgUpdateParams, { authority: sender(c), params: { sendEnabled: [], defaultSendEnabled: true } }),
  (c) =>
    anyOf(UpdateAuthParams, {
      authority: sender(c),
      params: { maxMemoCharacters: 0n, txSigLimit: 1n, txSizeCostPerByte: 1n, sigVerifyCostEd25519: 1n, sigVerifyCostSecp256k1: 1n },
    }),
  (c) => anyOf(UpdateConsensusParams, { authority: sender(c), block: undefined, evidence: undefined, validator: undefined, abci: undefined }),
];

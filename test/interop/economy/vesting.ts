// Vesting accounts in the genesis, of every kind, so that stake is taken from coins that are still locked; and transfers that the lock may refuse.
import { splitTime, type Time } from '../../../chain/encoding/time.ts';
import { MsgSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { any, type Maker, SECOND_DENOM } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
type Json = any;

const TYPE = '/cosmos.vesting.v1beta1.';
/** Every account beginning with the second one, as long as there are kinds. */
const FIRST = 2;

/** Turns accounts of `addresses` into vesting ones; most of what they hold is locked at first. */
export function addVesting(state: Json, addresses: readonly string[], denom: string, genesisTime: Time): void {
  const now = splitTime(genesisTime).seconds;
  const locked = [
    { denom: SECOND_DENOM, amount: '333333333333' },
    { denom, amount: '900000001' },
  ];
  const half = locked.map((c) => ({ denom: c.denom, amount: (BigInt(c.amount) / 2n).toString() }));
  const rest = locked.map((c, i) => ({ denom: c.denom, amount: (BigInt(c.amount) - BigInt(half[i]?.amount ?? '0')).toString() }));
  const vesting = (base_account: Json, end: bigint): Json => ({
    base_account,
    original_vesting: locked,
    delegated_free: [],
    delegated_vesting: [],
    end_time: end.toString(),
  });
  const kinds: readonly ((base: Json) => Json)[] = [
    (b) => ({ '@type': `${TYPE}ContinuousVestingAccount`, base_vesting_account: vesting(b, now + 2000n), start_time: (now - 100n).toString() }),
    (b) => ({ '@type': `${TYPE}DelayedVestingAccount`, base_vesting_account: vesting(b, now + 700n) }),
    (b) => ({
      '@type': `${TYPE}PeriodicVestingAccount`,
      base_vesting_account: vesting(b, now + 900n),
      start_time: now.toString(),
      vesting_periods: [
        { length: '300', amount: half },
        { length: '600', amount: rest },
      ],
    }),
    (b) => ({ '@type': `${TYPE}PermanentLockedAccount`, base_vesting_account: vesting(b, 0n) }),
  ];
  for (const [i, kind] of [...kinds, ...kinds].entries()) {
    const at = state.auth.accounts.findIndex((a: Json) => a.address === addresses[FIRST + i]);
    if (at < 0) throw new Error(`no account ${addresses[FIRST + i]} in the genesis`);
    const { '@type': _, ...base } = state.auth.accounts[at];
    state.auth.accounts[at] = kind(base);
  }
}

const send: Maker = (w) => {
  const from = w.random.chance(0.6) ? w.random.pick(w.accounts.slice(FIRST, FIRST + 8)) : w.account();
  const amount = [w.coin(w.amount(400_000_000), w.random.chance(0.3) ? SECOND_DENOM : w.chain.denom)];
  return { name: 'send', from, messages: [any(MsgSend, { fromAddress: from.address, toAddress: w.account().address, amount })] };
};

export const TRANSFERS: readonly (readonly [number, Maker])[] = [[4, send]];

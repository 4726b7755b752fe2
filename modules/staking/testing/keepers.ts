// Staking over memory, with a bank of balances and nothing else: for tests of the keeper alone.
import { AddressCodec } from '../../../chain/core/address.ts';
import type { Coin } from '../../../chain/core/coins.ts';
import { blockInfo, Context } from '../../../chain/core/context.ts';
import { ErrInsufficientFunds } from '../../../chain/core/errors.ts';
import type { StakingHooks } from '../../../chain/core/staking.ts';
import { MemoryStores } from '../../../chain/core/testing/memory-stores.ts';
import { moduleAddress } from '../../../chain/crypto/address.ts';
import { toHex } from '../../../chain/encoding/bytes.ts';
import { StakingKeeper } from '../keeper.ts';
import { defaultParams } from '../params.ts';

export const DENOM = 'utrel';
export const AUTHORITY = 'trellis10d07y265gmmuvt4z0w9aw880jnsr700jfw6wp5';

export class Purse {
  readonly #amounts = new Map<string, bigint>();
  burnt = 0n;

  get(address: Uint8Array): bigint {
    return this.#amounts.get(toHex(address)) ?? 0n;
  }

  give(address: Uint8Array, amount: bigint): void {
    this.#amounts.set(toHex(address), this.get(address) + amount);
  }

  move(from: Uint8Array, to: Uint8Array, coins: readonly Coin[]): void {
    for (const c of coins) {
      if (this.get(from) < c.amount) throw ErrInsufficientFunds.wrap(`${this.get(from)}${c.denom} is smaller than ${c.amount}${c.denom}`);
      this.give(from, -c.amount);
      this.give(to, c.amount);
    }
  }
}

export interface TestStaking {
  readonly keeper: StakingKeeper;
  readonly purse: Purse;
  readonly addresses: AddressCodec;
  /** A context of a block on the one state. */
  at(height: bigint, time: bigint): Context;
}

export function testStaking(hooks: readonly StakingHooks[] = []): TestStaking {
  const addresses = new AddressCodec('trellis');
  const purse = new Purse();
  const keeper = new StakingKeeper({
    addresses,
    authority: AUTHORITY,
    accounts: { moduleAddress, moduleAccount: (_, name) => ({ address: moduleAddress(name) }) },
    bank: {
      balance: (_, address) => purse.get(address),
      allBalances: (_, address) => (purse.get(address) === 0n ? [] : [{ denom: DENOM, amount: purse.get(address) }]),
      supply: () => 10n ** 15n - purse.burnt,
      sendFromModuleToModule: (_, from, to, coins) => purse.move(moduleAddress(from), moduleAddress(to), coins),
      delegateFromAccountToModule: (_, from, module, coins) => purse.move(from, moduleAddress(module), coins),
      undelegateFromModuleToAccount: (_, module, to, coins) => purse.move(moduleAddress(module), to, coins),
      burn: (_, module, coins) => {
        for (const c of coins) {
          purse.give(moduleAddress(module), -c.amount);
          purse.burnt += c.amount;
        }
      },
    },
  });
  keeper.setHooks(hooks);
  const stores = new MemoryStores();
  const at = (height: bigint, time: bigint): Context => new Context({ block: blockInfo('test', { height, time }), mode: 'finalize', stores });
  keeper.params.set(at(0n, 0n), defaultParams(DENOM));
  return { keeper, purse, addresses, at };
}

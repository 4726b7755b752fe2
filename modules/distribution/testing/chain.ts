// Distribution with the real keepers of staking, bank and auth over memory, and validators with stake: for tests.
import { composeModules, type Keepers } from '../../../chain/app/app.ts';
import type { AddressCodec } from '../../../chain/core/address.ts';
import type { Coin } from '../../../chain/core/coins.ts';
import { blockInfo, Context, type VoteInfo } from '../../../chain/core/context.ts';
import { Dec } from '../../../chain/core/math/dec.ts';
import { consensusAddress, STATUS } from '../../../chain/core/staking.ts';
import { MemoryStores } from '../../../chain/core/testing/memory-stores.ts';
import { anyOfAccountKey } from '../../../chain/tx/public-key.ts';
import { defaultParams } from '../../staking/params.ts';
import { newValidator } from '../../staking/validator.ts';
import { FEE_COLLECTOR } from '../keys.ts';
import { DEFAULT_PARAMS } from '../params.ts';

export const DENOM = 'utrel';
export const SECOND_DENOM = 'uatom';
const SECOND = 1_000_000_000n;

export const account = (n: number): Uint8Array => new Uint8Array(20).fill(n + 1);

export interface TestChain extends Keepers {
  readonly addresses: AddressCodec;
  /** A context of a block on the one state; every bonded validator votes. */
  at(height: bigint): Context;
  /** New coins for an account. */
  give(ctx: Context, to: Uint8Array, amount: readonly Coin[]): void;
  /** New coins among the fees. */
  fees(ctx: Context, amount: readonly Coin[]): void;
}

/** Operators are account(0) and on, with 10, 20, … million tokens; `holders` accounts after them have coins only. */
export function testChain(validators: number, holders: number, commission = Dec.withPrecision(1n, 1)): TestChain {
  const { keepers, addresses } = composeModules('trellis');
  const { staking, supply, bank, distribution } = keepers;
  const stores = new MemoryStores();
  const context = (height: bigint, votes: readonly VoteInfo[]): Context =>
    new Context({ block: blockInfo('test', { height, time: height * 5n * SECOND, lastCommit: { round: 0, votes } }), mode: 'finalize', stores });
  const at = (height: bigint): Context => {
    const votes = [...staking.lastValidators(context(height, []))].map(({ validator, power }) => ({
      validator: { address: consensusAddress(validator), power },
      blockIdFlag: 2,
    }));
    return context(height, votes);
  };
  const give = (ctx: Context, to: Uint8Array, amount: readonly Coin[]): void => {
    supply.mint(ctx, 'mint', amount);
    supply.sendFromModuleToAccount(ctx, 'mint', to, amount);
  };
  const fees = (ctx: Context, amount: readonly Coin[]): void => {
    supply.mint(ctx, 'mint', amount);
    supply.sendFromModuleToModule(ctx, 'mint', FEE_COLLECTOR, amount);
  };

  const ctx = context(1n, []);
  bank.setParams(ctx, { sendEnabled: [], defaultSendEnabled: true });
  staking.params.set(ctx, { ...defaultParams(DENOM), unbondingTime: 100n * SECOND, maxEntries: 1000 });
  distribution.params.set(ctx, DEFAULT_PARAMS);
  distribution.feePool.set(ctx, []);
  distribution.previousProposer.set(ctx, new Uint8Array(0));
  for (let n = 0; n < validators + holders; n++) {
    give(ctx, account(n), [
      { denom: SECOND_DENOM, amount: 10n ** 15n },
      { denom: DENOM, amount: 10n ** 15n },
    ]);
  }
  for (let n = 0; n < validators; n++) {
    const key = anyOfAccountKey({ type: 'ed25519', bytes: new Uint8Array(32).fill(n + 1) });
    const description = { moniker: `v${n}`, identity: '', website: '', securityContact: '', details: '' };
    const fresh = newValidator(addresses.validators.toString(account(n)), key, description);
    const v = { ...fresh, commission: { ...fresh.commission, rate: commission } };
    staking.setValidator(ctx, v);
    staking.setValidatorByConsAddr(ctx, v);
    staking.setNewRank(ctx, v);
    staking.hooks.afterValidatorCreated(ctx, account(n));
    staking.delegate(ctx, account(n), BigInt(n + 1) * 10_000_000n, v, { source: STATUS.unbonded, subtractAccount: true });
  }
  staking.applyValidatorSetUpdates(ctx);
  return { ...keepers, addresses, at, give, fees };
}

// New tokens in each block, which go to the fees that distribution gives out. Source: sdk:x/mint/keeper/keeper.go, mint.go.
import { newCoins } from '../../chain/core/coins.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item } from '../../chain/core/collections/state-map.ts';
import { protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { plainError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Minter, Params } from '../../proto/gen/cosmos/mint/v1beta1.ts';
import type { AccountKeeper, BankKeeper, StakingKeeper } from './expected-keepers.ts';
import { annualProvisions, blockProvision, nextInflation } from './inflation.ts';
import { FEE_COLLECTOR, MODULE_NAME, PREFIX, STORE_NAME } from './keys.ts';

export interface MintOptions {
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly staking: StakingKeeper;
  /** The address that may change parameters: x/gov's account. */
  readonly authority: string;
}

const missing = (type: string): never => {
  throw plainError(`collections: not found: key 'no_key' of type github.com/cosmos/gogoproto/cosmos.mint.v1beta1.${type}`);
};

export class MintKeeper {
  readonly accounts: AccountKeeper;
  readonly authority: string;
  readonly #bank: BankKeeper;
  readonly #staking: StakingKeeper;
  readonly #schema = new Schema(STORE_NAME);
  readonly minter = new Item(this.#schema, PREFIX.minter, 'minter', protoValue(Minter));
  readonly params = new Item(this.#schema, PREFIX.params, 'params', protoValue(Params));

  constructor(o: MintOptions) {
    if (o.accounts.moduleAddress(MODULE_NAME) === undefined) throw new Error(`the x/${MODULE_NAME} module account has not been set`);
    this.accounts = o.accounts;
    this.authority = o.authority;
    this.#bank = o.bank;
    this.#staking = o.staking;
  }

  /** Throws a plain error where no genesis has set it. */
  getMinter(ctx: Context): Minter {
    return this.minter.get(ctx) ?? missing('Minter');
  }

  /** Throws a plain error where no genesis has set them. */
  getParams(ctx: Context): Params {
    return this.params.get(ctx) ?? missing('Params');
  }

  /** A chain whose genesis named no mint makes no tokens. */
  beginBlock(ctx: Context): void {
    if (!this.params.has(ctx)) return;
    const before = this.getMinter(ctx);
    const params = this.getParams(ctx);
    const supply = this.#staking.stakingTokenSupply(ctx);
    const bondedRatio = this.#staking.bondedRatio(ctx);
    const inflation = nextInflation(Dec.fromWire(before.inflation), params, bondedRatio);
    const annual = annualProvisions(inflation, supply);
    this.minter.set(ctx, { inflation: Dec.toWire(inflation), annualProvisions: Dec.toWire(annual) });
    const amount = blockProvision(annual, params);
    const coins = newCoins([{ denom: params.mintDenom, amount }]);
    if (coins.length > 0) this.#bank.mint(ctx, MODULE_NAME, coins);
    this.#bank.sendFromModuleToModule(ctx, MODULE_NAME, FEE_COLLECTOR, coins);
    const texts = ['bonded_ratio', Dec.format(bondedRatio), 'inflation', Dec.format(inflation), 'annual_provisions', Dec.format(annual)];
    ctx.events.emit(event('mint', ...texts, 'amount', amount.toString()));
  }
}

// The auth module: accounts, who may sign for them, and vesting. Its ante steps are put in order by chain/app.
import type { AppModule } from '../../chain/core/module.ts';
import type { BankKeeper } from './expected-keepers.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { AccountKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';
import { registerVestingMessages } from './vesting/msg-server.ts';

export function authModule(keeper: AccountKeeper): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 5n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis,
    validateGenesis: (json) => validateGenesis(keeper, json),
    initGenesis: (ctx, json) => {
      initGenesis(keeper, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => exportGenesis(keeper, ctx),
    preBlock: (ctx) => {
      if (keeper.unorderedTransactions) keeper.removeExpiredNonces(ctx);
      return false;
    },
  };
}

/** x/vesting of the reference: messages only; its accounts live in auth's state. */
export function vestingModule(accounts: AccountKeeper, bank: BankKeeper): AppModule {
  return {
    name: 'vesting',
    storeNames: [],
    registerServices: (registrar) => registerVestingMessages(registrar, accounts, bank),
    defaultGenesis: () => ({}),
    exportGenesis: () => ({}),
  };
}

// trellisd as its next version would be: it can do the upgrade "v2", which brings a store and changes a parameter.

import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import type { Upgrade } from '../../../chain/app/upgrades/upgrade.ts';
import { processIo } from '../../../chain/cmd/io.ts';
import { runCli } from '../../../chain/cmd/program.ts';
import { utf8 } from '../../../chain/encoding/bytes.ts';

const STORE = 'fresh';

const v2: Upgrade = {
  name: 'v2',
  stores: { added: [STORE] },
  run: (ctx, plan, from, { keepers, runMigrations }) => {
    ctx.store(STORE).set(utf8('since'), utf8(plan.height.toString()));
    keepers.staking.params.set(ctx, { ...keepers.staking.getParams(ctx), maxValidators: 77 });
    return runMigrations(ctx, from);
  },
};

process.exitCode = await runCli(process.argv.slice(2), processIo(), { upgrades: [v2], storeNames: [...STORE_NAMES, STORE] });

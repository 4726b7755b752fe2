// The genutil module: validators that come into the genesis by transactions of their own. It has no state: an exported chain has them in staking.
// Source: sdk:x/genutil/module.go, gentx.go DeliverGenTxs.
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError } from '../../chain/core/genesis-json.ts';
import type { AppModule, Json } from '../../chain/core/module.ts';
import type { DeliverGenesisTx, StakingKeeper } from './expected-keepers.ts';
import { GenTxError, readGenTx } from './gentx.ts';

export const MODULE_NAME = 'genutil';

function genTxs(json: Json): readonly Json[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new GenesisError(MODULE_NAME, 'not a JSON object');
  const list = (json as { readonly gen_txs?: Json }).gen_txs ?? [];
  if (!Array.isArray(list)) throw new GenesisError(MODULE_NAME, 'gen_txs is not a list');
  return list;
}

function read(json: Json): Uint8Array {
  try {
    return readGenTx(json).bytes;
  } catch (e) {
    throw e instanceof GenTxError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
}

export function genutilModule(staking: StakingKeeper, deliver: DeliverGenesisTx): AppModule {
  return {
    name: MODULE_NAME,
    storeNames: [],
    defaultGenesis: () => ({ gen_txs: [] }),
    validateGenesis: (json) => {
      for (const tx of genTxs(json)) read(tx);
    },
    initGenesis: (ctx, json) => {
      const list = genTxs(json);
      if (list.length === 0) return undefined;
      for (const tx of list) {
        try {
          deliver(read(tx));
        } catch (e) {
          throw e instanceof SdkError ? new GenesisError(MODULE_NAME, `failed to execute a genesis transaction: ${e.message}`) : e;
        }
      }
      return staking.applyValidatorSetUpdates(ctx);
    },
    exportGenesis: () => ({ gen_txs: [] }),
  };
}

// Genesis of evidence. Source: cosmossdk.io/x/evidence v0.2.0 genesis.go, types/genesis.go.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { type Equivocation, GenesisState } from '../../proto/gen/cosmos/evidence/v1beta1.ts';
import type { EvidenceKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { equivocationOf, validateEquivocation } from './types.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { evidence: [] });
}

function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError || e instanceof WireError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
}

function readState(json: Json): Equivocation[] {
  return inGenesis(() =>
    readGenesis(MODULE_NAME, GenesisState, json).evidence.map((any) => {
      const e = equivocationOf(any);
      if (e === undefined) throw new GenesisError(MODULE_NAME, 'expected evidence');
      validateEquivocation(e);
      return e;
    }),
  );
}

export function validateGenesis(json: Json): void {
  readState(json);
}

export function initGenesis(k: EvidenceKeeper, ctx: Context, json: Json): void {
  for (const e of readState(json)) inGenesis(() => k.add(ctx, e));
}

export function exportGenesis(k: EvidenceKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, { evidence: [...k.evidence.walk(ctx)].map(([, any]) => any) });
}

// Genesis of transfers. Source: ibc-go v10 modules/apps/transfer/keeper/genesis.go.
import type { Context } from '../../../../chain/core/context.ts';
import { SdkError } from '../../../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../../../chain/core/genesis-json.ts';
import type { Json } from '../../../../chain/core/module.ts';
import { utf8 } from '../../../../chain/encoding/bytes.ts';
import { GenesisState } from '../../../../proto/gen/ibc/applications/transfer/v1.ts';
import { validatePortId } from '../../core/24-host/identifiers.ts';
import { hashOf, pathOf, validateDenom } from './denom.ts';
import type { TransferKeeper } from './keeper.ts';
import { MODULE_NAME, PORT, PORT_KEY, STORE_NAME } from './keys.ts';

export const defaultGenesis = (): Json =>
  writeGenesis(GenesisState, { portId: PORT, denoms: [], params: { sendEnabled: true, receiveEnabled: true }, totalEscrowed: [] });

export function validateGenesis(json: Json): void {
  const { portId, denoms } = readGenesis(MODULE_NAME, GenesisState, json);
  try {
    validatePortId(portId);
    for (const d of denoms) validateDenom(d);
  } catch (e) {
    throw e instanceof SdkError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
  if (new Set(denoms.map(pathOf)).size !== denoms.length) throw new GenesisError(MODULE_NAME, 'a denomination stands twice');
}

export function initGenesis(k: TransferKeeper, ctx: Context, json: Json): void {
  validateGenesis(json);
  const { portId, denoms, params, totalEscrowed } = readGenesis(MODULE_NAME, GenesisState, json);
  ctx.store(STORE_NAME).set(PORT_KEY, utf8(portId));
  for (const d of denoms) k.denoms.set(ctx, hashOf(d), d);
  k.setParams(ctx, params);
  for (const { denom, amount } of totalEscrowed) k.setTotalEscrow(ctx, denom, BigInt(amount));
}

export function exportGenesis(k: TransferKeeper, ctx: Context): Json {
  const denoms = [...k.denoms.walk(ctx)].map(([, d]) => d);
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  denoms.sort((a, b) => compare(a.base, b.base) || a.trace.length - b.trace.length || compare(pathOf(a), pathOf(b)));
  const totalEscrowed = [...k.escrows.walk(ctx)].map(([denom, { int }]) => ({ denom, amount: int }));
  return writeGenesis(GenesisState, { portId: PORT, denoms, params: k.params(ctx), totalEscrowed });
}

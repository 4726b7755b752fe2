// Rules of bank's own types: parameters, inputs and outputs, denomination metadata. Source: sdk:x/bank/types.

import type { AddressCodec } from '../../chain/core/address.ts';
import { addCoins, areAllPositive, areCoinsValid, type Coin, coinsEqual, coinsFromProto, coinsToString, denomError } from '../../chain/core/coins.ts';
import { ErrInvalidAddress, ErrInvalidCoins, plainError, SdkError } from '../../chain/core/errors.ts';
import type { DenomUnit, Input, Metadata, Output, Params } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { ErrInputOutputMismatch } from './errors.ts';

export const DEFAULT_PARAMS: Params = { sendEnabled: [], defaultSendEnabled: true };
/** What is read before any were set. */
export const NO_PARAMS: Params = { sendEnabled: [], defaultSendEnabled: false };

export function validateParams(p: Params): void {
  if (p.sendEnabled.length > 0) throw plainError('use of send_enabled in params is no longer supported');
}

function validateSide(addresses: AddressCodec, side: Input | Output, name: 'input' | 'output'): readonly Coin[] {
  try {
    addresses.toBytes(side.address);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid ${name} address: ${e.message}`) : e;
  }
  const coins = coinsFromProto(side.coins);
  if (!areCoinsValid(coins) || !areAllPositive(coins)) throw ErrInvalidCoins.wrap(coinsToString(coins));
  return coins;
}

/** Each side valid, and what goes in comes out. */
export function validateInputOutputs(addresses: AddressCodec, input: Input, outputs: readonly Output[]): void {
  const totalIn = validateSide(addresses, input, 'input');
  let totalOut: readonly Coin[] = [];
  for (const out of outputs) totalOut = addCoins(totalOut, validateSide(addresses, out, 'output'));
  if (!coinsEqual(totalIn, totalOut)) throw ErrInputOutputMismatch.error();
}

function unitError(u: DenomUnit): string | undefined {
  const denom = denomError(u.denom);
  if (denom !== undefined) return `invalid denom unit: ${denom}`;
  const seen = new Set<string>();
  for (const alias of u.aliases) {
    if (seen.has(alias)) return `duplicate denomination unit alias ${alias}`;
    if (alias.trim() === '') return `alias for denom unit ${u.denom} cannot be blank`;
    seen.add(alias);
  }
  return undefined;
}

/** undefined, or why the metadata is invalid. */
export function metadataError(m: Metadata): string | undefined {
  if (m.name.trim() === '') return 'name field cannot be blank';
  if (m.symbol.trim() === '') return 'symbol field cannot be blank';
  const base = denomError(m.base);
  if (base !== undefined) return `invalid metadata base denom: ${base}`;
  const display = denomError(m.display);
  if (display !== undefined) return `invalid metadata display denom: ${display}`;
  const seen = new Set<string>();
  let exponent = 0;
  for (const [i, u] of m.denomUnits.entries()) {
    if (i === 0) {
      if (u.denom !== m.base) return `metadata's first denomination unit must be the one with base denom '${m.base}'`;
      if (u.exponent !== 0) return `the exponent for base denomination unit ${m.base} must be 0`;
    } else if (exponent >= u.exponent) return 'denom units should be sorted asc by exponent';
    exponent = u.exponent;
    if (seen.has(u.denom)) return `duplicate denomination unit ${u.denom}`;
    const unit = unitError(u);
    if (unit !== undefined) return unit;
    seen.add(u.denom);
  }
  return seen.has(m.display) ? undefined : `metadata must contain a denomination unit with display denom '${m.display}'`;
}

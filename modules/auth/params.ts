// Parameters of auth: limits of a transaction and the gas of its bytes and signatures. Source: sdk:x/auth/types/params.go.

import { plainError } from '../../chain/core/errors.ts';
import type { Params } from '../../proto/gen/cosmos/auth/v1beta1.ts';

export const DEFAULT_PARAMS: Params = {
  maxMemoCharacters: 256n,
  txSigLimit: 7n,
  txSizeCostPerByte: 10n,
  sigVerifyCostEd25519: 590n,
  sigVerifyCostSecp256k1: 1000n,
};

/** What is read before any were set. */
export const NO_PARAMS: Params = { maxMemoCharacters: 0n, txSigLimit: 0n, txSizeCostPerByte: 0n, sigVerifyCostEd25519: 0n, sigVerifyCostSecp256k1: 0n };

/** Throws a plain error where one is zero. */
export function validateParams(p: Params): void {
  if (p.txSigLimit === 0n) throw plainError('invalid tx signature limit: 0');
  if (p.sigVerifyCostEd25519 === 0n) throw plainError('invalid ED25519 signature verification cost: 0');
  if (p.sigVerifyCostSecp256k1 === 0n) throw plainError('invalid SECK256k1 signature verification cost: 0');
  if (p.maxMemoCharacters === 0n) throw plainError('invalid max memo characters: 0');
  if (p.txSizeCostPerByte === 0n) throw plainError('invalid tx size cost per byte: 0');
}

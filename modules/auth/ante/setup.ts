// Sets the gas meter by the transaction's limit. Must come first: whatever fails after is charged to it. Source: sdk:x/auth/ante/setup.go.
import { ErrInvalidGasLimit } from '../../../chain/core/errors.ts';
import { GasMeter } from '../../../chain/core/gas.ts';
import type { AnteDecorator } from './decorator.ts';

export const setUpContext: AnteDecorator = (ctx, tx, simulate) => {
  const limit = tx.assertFee().gasLimit;
  // Simulations and the genesis block are not limited.
  ctx.setGasMeter(simulate || ctx.height === 0n ? GasMeter.infinite() : GasMeter.withLimit(limit));
  const maxGas = ctx.consensusParams?.block?.maxGas ?? 0n;
  if (maxGas > 0n && limit > maxGas) throw ErrInvalidGasLimit.wrap(`tx gas limit ${limit} exceeds block max gas ${maxGas}`);
};

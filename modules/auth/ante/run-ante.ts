// Runs the steps of the ante in the order given. The order is chain/app's, with a reason per line.
import type { Context } from '../../../chain/core/context.ts';
import type { AnteTx } from './ante-tx.ts';
import type { AnteDecorator } from './decorator.ts';

export function anteHandler(decorators: readonly AnteDecorator[]): AnteDecorator {
  return (ctx: Context, tx: AnteTx, simulate: boolean) => {
    for (const step of decorators) step(ctx, tx, simulate);
  };
}

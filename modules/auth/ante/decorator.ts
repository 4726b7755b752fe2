// What a step of the ante is. chain/app lists the steps in order; each is one file here.
import type { Context } from '../../../chain/core/context.ts';
import type { AnteTx } from './ante-tx.ts';

/** Throws what makes the transaction fail. Writes to the context's stores; the whole ante is kept or thrown away. */
export type AnteDecorator = (ctx: Context, tx: AnteTx, simulate: boolean) => void;

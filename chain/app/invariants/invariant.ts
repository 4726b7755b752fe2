// What must hold of the state after every block, whatever was done. Each is a file; none changes anything. They look at all of the state: for
// tests, simulations and an operator's question, not for every block of a long chain.
import type { Context } from '../../core/context.ts';
import type { Keepers } from '../app.ts';

export interface Invariant {
  readonly name: string;
  /** Sentences about what is broken; none where all is well. */
  readonly broken: (k: Keepers, ctx: Context) => readonly string[];
}

// The books of the application agree after every block (chain/app/invariants says what is wrong with them).
import { type Checker, type CommittedBlock, Violations } from './checker.ts';

export class InvariantsChecker extends Violations implements Checker {
  readonly name = 'invariants';

  block(b: CommittedBlock): void {
    for (const text of b.broken ?? []) this.fail(`${b.node}: after height ${b.height}: ${text}`);
  }
}

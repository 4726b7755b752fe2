// The application's state after a height is the same on every node.
import { type Checker, type CommittedBlock, Violations } from './checker.ts';

export class AppHashChecker extends Violations implements Checker {
  readonly name = 'app hash';
  readonly #first = new Map<bigint, CommittedBlock>();

  block(b: CommittedBlock): void {
    const first = this.#first.get(b.height);
    if (first === undefined) this.#first.set(b.height, b);
    else if (first.appHash !== b.appHash) this.fail(`height ${b.height}: ${first.node} has app hash ${first.appHash}, ${b.node} has ${b.appHash}`);
  }
}

// The sum of all coins stays what it was in the genesis (the chains under test mint nothing).
import { type Checker, type CommittedBlock, Violations } from './checker.ts';

export class SupplyChecker extends Violations implements Checker {
  readonly name = 'supply';
  readonly #supply: bigint;

  constructor(supply: bigint) {
    super();
    this.#supply = supply;
  }

  block(b: CommittedBlock): void {
    if (b.supply !== undefined && b.supply !== this.#supply) this.fail(`${b.node}: the supply after height ${b.height} is ${b.supply}, not ${this.#supply}`);
  }
}

// After the last fault has ended every honest node goes on to the heights it was to reach.
import { type Checker, Violations } from './checker.ts';

export class LivenessChecker extends Violations implements Checker {
  readonly name = 'liveness';
  readonly #target: bigint;
  readonly #honest: readonly string[];

  constructor(target: bigint, honest: readonly string[]) {
    super();
    this.#target = target;
    this.#honest = honest;
  }

  end(heights: ReadonlyMap<string, bigint>): void {
    for (const node of this.#honest) {
      const height = heights.get(node) ?? 0n;
      if (height < this.#target) this.fail(`${node} is at height ${height} after all faults have ended, not at ${this.#target}`);
    }
  }
}

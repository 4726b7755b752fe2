// The set that validates a height is the one that the block before announced, on every node the same.
import { type Checker, type CommittedBlock, Violations } from './checker.ts';

export class ValidatorSetChecker extends Violations implements Checker {
  readonly name = 'validator set';
  readonly #hashes = new Map<bigint, string>();

  #expect(b: CommittedBlock, height: bigint, hash: string): void {
    const known = this.#hashes.get(height);
    if (known === undefined) this.#hashes.set(height, hash);
    else if (known !== hash) this.fail(`${b.node}: by block ${b.height} the validators of height ${height} are ${hash}, not ${known}`);
  }

  block(b: CommittedBlock): void {
    this.#expect(b, b.height, b.validatorsHash);
    this.#expect(b, b.height + 1n, b.nextValidatorsHash);
  }
}

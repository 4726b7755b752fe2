// No two nodes commit different blocks at one height, no node commits a height twice or out of order, block time goes up.
import { type Checker, type CommittedBlock, Violations } from './checker.ts';

export class AgreementChecker extends Violations implements Checker {
  readonly name = 'agreement';
  readonly #decided = new Map<bigint, CommittedBlock>();
  readonly #last = new Map<string, CommittedBlock>();

  block(b: CommittedBlock): void {
    const first = this.#decided.get(b.height);
    if (first === undefined) this.#decided.set(b.height, b);
    else if (first.blockId !== b.blockId) this.fail(`height ${b.height}: ${first.node} committed ${first.blockId}, ${b.node} committed ${b.blockId}`);
    const last = this.#last.get(b.node);
    this.#last.set(b.node, b);
    if (last === undefined) return;
    if (b.height !== last.height + 1n) this.fail(`${b.node} committed height ${b.height} after height ${last.height}`);
    else if (b.time <= last.time) this.fail(`${b.node}: the time of block ${b.height} is not after that of the block before`);
  }

  /** A crash may come between committing and telling; what was told may not be lost. */
  restarted(node: string, height: bigint): void {
    const last = this.#last.get(node);
    if (last === undefined) return;
    if (height < last.height) this.fail(`${node} had committed height ${last.height}, and has only ${height} after its restart`);
    const now = this.#decided.get(height);
    if (height > last.height) this.#last.delete(node);
    else if (now !== undefined) this.#last.set(node, { ...now, node });
  }
}

// Evidence that a node holds is committed, once, and no honest validator is ever accused.
import { type Checker, type CommittedBlock, Violations } from './checker.ts';

/** Heights that evidence may wait for its block: it must be gossiped, and proposers may be slow. */
const PATIENCE = 12n;

export class EvidenceChecker extends Violations implements Checker {
  readonly name = 'evidence';
  readonly #honest: ReadonlySet<string>;
  readonly #decided = new Map<bigint, readonly string[]>();
  readonly #seen = new Map<string, { readonly accused: string; readonly node: string; readonly seenAt: bigint }>();
  readonly #committed = new Map<string, number>();
  #height = 0n;

  /** `honest`: addresses. */
  constructor(honest: ReadonlySet<string>) {
    super();
    this.#honest = honest;
  }

  get committed(): number {
    return [...this.#committed.values()].reduce((a, b) => a + b, 0);
  }

  evidence(node: string, accused: string, height: bigint): void {
    if (this.#honest.has(accused)) this.fail(`${node} holds evidence against the honest validator ${accused} at height ${height}`);
    const key = `${accused}/${height}`;
    if (!this.#seen.has(key)) this.#seen.set(key, { accused, node, seenAt: this.#height });
  }

  block(b: CommittedBlock): void {
    if (b.height > this.#height) this.#height = b.height;
    if (this.#decided.has(b.height)) return;
    this.#decided.set(b.height, b.accused);
    for (const accused of b.accused) {
      if (this.#honest.has(accused)) this.fail(`block ${b.height} accuses the honest validator ${accused}`);
      this.#committed.set(accused, (this.#committed.get(accused) ?? 0) + 1);
    }
  }

  end(): void {
    for (const { accused, node, seenAt } of this.#seen.values()) {
      if (this.#committed.has(accused) || seenAt + PATIENCE > this.#height) continue;
      this.fail(`${node} holds evidence against ${accused} since height ${seenAt}, and no block up to ${this.#height} has any`);
    }
  }
}

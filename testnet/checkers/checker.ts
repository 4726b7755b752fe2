// What a checker is told of a network, simulated or of real processes, and what it says.

/** A block as one node committed it. Hashes are upper-case hex. */
export interface CommittedBlock {
  readonly node: string;
  readonly height: bigint;
  readonly blockId: string;
  /** Of the state after the block. */
  readonly appHash: string;
  readonly validatorsHash: string;
  readonly nextValidatorsHash: string;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Addresses of those whom the block's evidence accuses. */
  readonly accused: readonly string[];
  /** Sum of all coins after the block; undefined where nobody looked. */
  readonly supply: bigint | undefined;
  /** What is wrong with the application's books after the block; undefined where nobody looked. */
  readonly broken?: readonly string[] | undefined;
}

export interface Signed {
  /** Hex of the signer's address. */
  readonly signer: string;
  readonly height: bigint;
  readonly round: number;
  /** 1 prevote, 2 precommit, 32 proposal. */
  readonly type: number;
  /** What is signed without its time: block id, and for a proposal its proof-of-lock round. */
  readonly value: string;
}

export interface Checker {
  readonly name: string;
  block?(b: CommittedBlock): void;
  signed?(s: Signed): void;
  /** A node runs again, with this height in its stores. */
  restarted?(node: string, height: bigint): void;
  /** Evidence entered the pool of a node. */
  evidence?(node: string, accused: string, height: bigint): void;
  /** All is over. */
  end?(heights: ReadonlyMap<string, bigint>): void;
  readonly violations: readonly string[];
}

/** The common part: collects what is wrong. */
export class Violations {
  readonly violations: string[] = [];
  protected fail(text: string): void {
    if (this.violations.length < 20) this.violations.push(text);
  }
}

// The interface of a fuzz target: a file of this folder exports `target`.

export interface FuzzTarget {
  readonly name: string;
  /** Valid or interesting inputs from which mutations start; may be empty. */
  corpus(): Uint8Array[] | Promise<Uint8Array[]>;
  /** Throws only on a defect: a refused input (the registered error) returns. */
  run(input: Uint8Array): void | Promise<void>;
  /** Longest input that mutation makes, in bytes; 4096 where not given. */
  readonly inputBytesMax?: number;
}

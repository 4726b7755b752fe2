// What a light client says when it does not accept. `code` is stable and decides what a caller does; the text is for people.

/**
 * expired: the trusted header is too old to judge anything. invalid-header, invalid-commit: the block is not what it claims.
 * no-cross-reference: no witness confirms. fork: two chains that both verify; latched. proof: an answer does not match its header.
 * absent: proven not to exist. pruned: the provider has it no more (`base`: the lowest height it has). not-found, too-high: the provider does
 * not have it, or not yet (`latest`: its head). undecided: a native check refused and no ZIP-215 is there to decide. transport: no answer, or
 * one beyond its limits. checkpoint, store, clock: the trust root, the persisted state or the time cannot be used.
 */
export type LightErrorCode =
  | 'expired'
  | 'invalid-header'
  | 'invalid-commit'
  | 'no-cross-reference'
  | 'fork'
  | 'proof'
  | 'absent'
  | 'pruned'
  | 'not-found'
  | 'too-high'
  | 'undecided'
  | 'transport'
  | 'checkpoint'
  | 'store'
  | 'clock';

export class LightError extends Error {
  readonly code: LightErrorCode;
  /** The base of `pruned`, the head of `too-high`. */
  readonly height: bigint | undefined;

  constructor(code: LightErrorCode, detail: string, height?: bigint) {
    super(detail);
    this.code = code;
    this.height = height;
  }
}

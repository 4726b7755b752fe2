// Errors of the consensus types: data that is not what it claims to be. Bugs of ours throw plain errors instead.

/** What was wrong; stable, for callers that decide by it (ban the peer, answer by code). */
export type TypesErrorCode =
  | 'block'
  | 'header'
  | 'block-id'
  | 'part'
  | 'part-set'
  | 'vote'
  | 'proposal'
  | 'commit'
  | 'commit-address'
  | 'commit-double-vote'
  | 'commit-signature'
  | 'commit-power'
  | 'validator'
  | 'validator-set'
  | 'evidence'
  | 'light-block'
  | 'consensus-params'
  | 'genesis'
  | 'bit-array'
  | 'median-time'
  | 'message'
  | 'size'
  | 'json';

/** `code` is stable, `message` says what happened with which value. */
export class TypesError extends Error {
  readonly code: TypesErrorCode;

  constructor(code: TypesErrorCode, detail: string) {
    super(detail);
    this.name = 'TypesError';
    this.code = code;
  }
}

/** Runs `check` and puts `prefix` before the text of its error. */
export function within<T>(code: TypesErrorCode, prefix: string, check: () => T): T {
  try {
    return check();
  } catch (e) {
    if (e instanceof TypesError) throw new TypesError(code, `${prefix}: ${e.message}`);
    throw e;
  }
}

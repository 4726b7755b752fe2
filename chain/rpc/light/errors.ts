// Why the door for light clients gives no answer.

export type LightAidCode = 'invalid-request' | 'pruned' | 'not-found' | 'not-compact' | 'unavailable';

export class LightAidError extends Error {
  /** HTTP. */
  readonly status: number;
  readonly code: LightAidCode;
  /** Of `pruned`: the lowest height that is here. */
  readonly base: bigint | undefined;

  constructor(status: number, code: LightAidCode, message: string, base?: bigint) {
    super(message);
    this.status = status;
    this.code = code;
    this.base = base;
  }
}

// Why a signer did not sign, and what is wrong with its files.

export type SignErrorCode =
  | 'height-regression'
  | 'round-regression'
  | 'step-regression'
  | 'conflicting-data'
  | 'unexpected-extension'
  | 'write-failed'
  // Of a remote signer: it refused, it cannot be reached, it answered something else than it was asked.
  | 'remote-refusal'
  | 'remote-unavailable'
  | 'remote-answer';

/** A refusal to sign. The connection to a remote signer and the node itself go on, except after 'write-failed'. */
export class SignError extends Error {
  readonly code: SignErrorCode;

  constructor(code: SignErrorCode, detail: string) {
    super(`error signing: ${detail}`);
    this.name = 'SignError';
    this.code = code;
  }
}

/** A key or state file that cannot be used; the text names the file. */
export class KeyFileError extends Error {
  readonly path: string;

  constructor(path: string, detail: string) {
    super(`${path}: ${detail}`);
    this.name = 'KeyFileError';
    this.path = path;
  }
}

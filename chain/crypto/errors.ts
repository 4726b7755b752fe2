// Errors of the portable cryptography: input that is not what it should be. A signature that does not verify is `false`, not an error.

export type CryptoErrorCode = 'bech32' | 'merkle' | 'ics23' | 'key' | 'multisig' | 'index';

/** Registered by `code`: stable, for callers that map it to an error of their own; the text is for people. */
export class CryptoError extends Error {
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.name = 'CryptoError';
    this.code = code;
  }
}

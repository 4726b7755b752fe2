/** A key that is not there, exists already or cannot be read; the message says which and what to do. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

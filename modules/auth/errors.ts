// auth registers no codes of its own: its failures are sdk codes (chain/core/errors.ts), or plain errors as in the reference.
import { plainError, type SdkError } from '../../chain/core/errors.ts';

export function invalidAuthority(expected: string, got: string): SdkError {
  return plainError(`expected gov account as only signer for proposal message; invalid authority; expected ${expected}, got ${got}`);
}

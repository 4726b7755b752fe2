// How a message's handler ended, for tables of refusals.
import { SdkError } from '../errors.ts';

/** `codespace code` of a registered error, `panic` for any other throw, `ok`. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (e) {
    if (e instanceof SdkError) return `${e.codespace} ${e.code}`;
    return 'panic';
  }
  return 'ok';
}

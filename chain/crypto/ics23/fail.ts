// How the checks of ICS-23 say no.
import { CryptoError } from '../errors.ts';

/** Throws CryptoError. */
export function fail(what: string): never {
  throw new CryptoError('ics23', what);
}

/** Runs `check`; an error says where in the proof it happened, as Go wraps its errors. */
export function at<T>(where: string, check: () => T): T {
  try {
    return check();
  } catch (e) {
    if (e instanceof CryptoError) fail(`${where}, ${e.message.slice('ics23: '.length)}`);
    throw e;
  }
}

// Ed25519 by the rules of ZIP-215, as CometBFT has them: the part that needs a package. Also all there is where a host has no Ed25519.
import { ed25519 } from '@noble/curves/ed25519.js';
import type { Zip215 } from '../webcrypto.ts';

export const zip215: Zip215 = (key, message, signature) => {
  try {
    return ed25519.verify(signature, message, key, { zip215: true });
  } catch {
    return false;
  }
};

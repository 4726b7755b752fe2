// The native libraries, each loaded on first use; undefined where the platform has no binary of it. What replaces it is said once.
import { createRequire } from 'node:module';
import type { SignatureVerifier, Signer } from '../crypto/ports.ts';

const require = createRequire(import.meta.url);

export type Sodium = typeof import('sodium-native')['default'];
type Secp256k1 = typeof import('secp256k1/bindings.js')['default'];

const loaded = new Map<string, unknown>();

function tryLoad<T>(name: string): T | undefined {
  if (!loaded.has(name)) {
    let library: unknown;
    try {
      library = require(name);
    } catch {
      library = undefined;
    }
    loaded.set(name, library);
  }
  return loaded.get(name) as T | undefined;
}

export const loadSodium = (): Sodium | undefined => tryLoad<Sodium>('sodium-native');
/** The binding itself: the package's index would silently load a slow JavaScript twin. */
export const loadSecp256k1 = (): Secp256k1 | undefined => tryLoad<Secp256k1>('secp256k1/bindings.js');

interface Noble {
  readonly nobleVerifier: SignatureVerifier;
  readonly nobleSigner: Signer;
}
let noble: Noble | undefined;

/** noble, loaded when the first signature needs it: most nodes never do, and it costs 50 ms of start and 20 MB. */
export function loadNoble(): Noble {
  noble ??= require(`../crypto/noble.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`) as Noble;
  return noble;
}

// The keys of CometBFT's SecretConnection (cmt:p2p/conn/secret_connection.go deriveSecrets): HKDF over the shared secret, without salt.
// Both ends derive the same bytes; the one whose ephemeral key is the least receives by the first key.
import { utf8 } from '../encoding/bytes.ts';
import { hkdfSha256 } from './hkdf.ts';

const INFO = utf8('TENDERMINT_SECRET_CONNECTION_KEY_AND_CHALLENGE_GEN');

export interface SecretConnectionKeys {
  readonly receive: Uint8Array;
  readonly send: Uint8Array;
  /** Unused since the challenge comes from the transcript; part of the golden vectors. */
  readonly challenge: Uint8Array;
}

/** `localIsLeast`: our ephemeral public key is lexicographically below the other end's. */
export function secretConnectionKeys(sharedSecret: Uint8Array, localIsLeast: boolean): SecretConnectionKeys {
  const out = hkdfSha256(sharedSecret, new Uint8Array(0), INFO, 96);
  const first = out.slice(0, 32);
  const second = out.slice(32, 64);
  return { receive: localIsLeast ? first : second, send: localIsLeast ? second : first, challenge: out.slice(64) };
}

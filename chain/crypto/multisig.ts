// Verification by account keys, single and threshold multisig (sdk:crypto/keys/multisig/multisig.go). The order of the checks is the
// SDK's; where Go indexes out of a slice and panics, the error's code is 'index', so that the caller can answer as a recovered panic.
import type { AccountKey, MultisigKey, SimpleKey } from './account-key.ts';
import { bitAt, bitCount, type CompactBitArray, trueBitsBefore } from './compact-bit-array.ts';
import { CryptoError } from './errors.ts';
import { verifySignature } from './signatures.ts';

/** `mode` is cosmos.tx.signing.v1beta1.SignMode. */
export interface SingleSignatureData {
  readonly mode: number;
  readonly signature: Uint8Array;
}
export interface MultiSignatureData {
  readonly bitArray: CompactBitArray | undefined;
  readonly signatures: readonly SignatureData[];
}
export type SignatureData = SingleSignatureData | MultiSignatureData;

export type VerifySimple = (key: SimpleKey, message: Uint8Array, signature: Uint8Array) => boolean;

/** By the joined verifier. */
export const verifySimpleKey: VerifySimple = (key, message, signature) => verifySignature(key.type, key.bytes, message, signature);

function isSingle(s: SignatureData): s is SingleSignatureData {
  return 'signature' in s;
}

function fail(text: string): never {
  throw new CryptoError('multisig', text);
}

/** Throws CryptoError 'multisig' with the SDK's text, or what `signBytes` throws. */
export function verifyMultisignature(
  key: MultisigKey,
  data: MultiSignatureData,
  signBytes: (mode: number) => Uint8Array,
  verify: VerifySimple = verifySimpleKey,
): void {
  const { bitArray, signatures } = data;
  const size = bitCount(bitArray);
  if (key.keys.length !== size) fail(`bit array size is incorrect, expecting: ${key.keys.length}`);
  if (signatures.length < key.threshold || signatures.length > size) fail(`signature size is incorrect ${signatures.length}`);
  const set = trueBitsBefore(bitArray, size);
  if (set < key.threshold) fail(`not enough signatures set, have ${set}, expected ${key.threshold}`);
  let at = 0;
  for (let i = 0; i < size; i++) {
    if (!bitAt(bitArray, i)) continue;
    const signature = signatures[at];
    if (signature === undefined) throw new CryptoError('index', `signature ${at} of ${signatures.length}`);
    const member = key.keys[i] as AccountKey;
    if (isSingle(signature)) {
      const message = signBytes(signature.mode);
      // A single signature for a nested multisig: Go's VerifySignature of that key panics.
      if (member.type === 'multisig') throw new CryptoError('index', 'single signature for a multisig key');
      if (!verify(member, message, signature.signature)) fail(`unable to verify signature at index ${i}`);
    } else if (member.type === 'multisig') verifyMultisignature(member, signature, signBytes, verify);
    else fail(`unable to parse pubkey of index ${i}`);
    at++;
  }
}

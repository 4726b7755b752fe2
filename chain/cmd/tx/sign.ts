// Signatures over transactions, by one key in one mode.
import { SignMode } from '../../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { AuthInfo, type SignerInfo, type Tx, TxBody } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { findByTypeUrl } from '../../../proto/registry.ts';
import { utf8 } from '../../encoding/bytes.ts';
import { anyOfAccountKey } from '../../tx/public-key.ts';
import { directSignBytes } from '../../tx/sign-bytes.ts';
import { aminoSignDoc } from '../../tx/sign-mode-amino-json.ts';
import type { Options } from '../cli.ts';
import { CliError } from '../errors.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { KeyRecord } from '../keyring/record.ts';

export interface SigningNumbers {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

export function signModeOf(options: Options, initial: number = SignMode.SIGN_MODE_DIRECT): number {
  switch (options.signMode) {
    case undefined:
      return initial;
    case 'amino-json':
      return SignMode.SIGN_MODE_LEGACY_AMINO_JSON;
    default:
      return SignMode.SIGN_MODE_DIRECT;
  }
}

export function singleSigner(record: KeyRecord | undefined, mode: number, sequence: bigint): SignerInfo {
  return {
    publicKey: record === undefined ? undefined : anyOfAccountKey(record.publicKey),
    modeInfo: { sum: { case: 'single', value: { mode } } },
    sequence,
  };
}

/** Throws CliError where a message has no amino name. */
export function bytesToSign(mode: number, tx: Tx, numbers: SigningNumbers): Uint8Array {
  const { body, authInfo } = tx;
  if (body === undefined || authInfo?.fee === undefined) throw new CliError('the transaction has no body or no fee');
  if (mode === SignMode.SIGN_MODE_DIRECT) return directSignBytes(TxBody.encode(body), AuthInfo.encode(authInfo), numbers.chainId, numbers.accountNumber);
  const messages = body.messages.map((any) => {
    const type = findByTypeUrl(any.typeUrl);
    if (type === undefined) throw new CliError(`the message type ${any.typeUrl} is unknown here`);
    return { type, value: type.codec.decode(any.value) };
  });
  return utf8(aminoSignDoc(body, authInfo.fee, messages, numbers));
}

/** Signs with a key; its signer info must be in the transaction already. */
export function signTx(keyring: Keyring, name: string, mode: number, tx: Tx, numbers: SigningNumbers): Uint8Array {
  return keyring.sign(name, bytesToSign(mode, tx, numbers));
}

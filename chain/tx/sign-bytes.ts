// What a signer signs, by sign mode. Sources: cosmossdk.io/x/tx v0.14.0 signing/{direct,directaux,aminojson}, sdk:x/auth/signing/verify.go.

import { SignMode } from '../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { SignDocDirectAux } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { utf8 } from '../encoding/bytes.ts';
import { LENGTH_DELIMITED, Writer } from '../encoding/proto-wire.ts';
import type { DecodedTx } from './decode.ts';
import { TxError } from './errors.ts';
import { aminoSignDoc } from './sign-mode-amino-json.ts';

/** The signer as the chain knows it. */
export interface SignerData {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  /** Bech32. */
  readonly address: string;
  /** Needed by DIRECT_AUX alone. */
  readonly publicKey?: Any | undefined;
}

/** SignDoc {body_bytes, auth_info_bytes, chain_id, account_number}: the raw parts of the transaction, nothing is encoded again. */
export function directSignBytes(bodyBytes: Uint8Array, authInfoBytes: Uint8Array, chainId: string, accountNumber: bigint): Uint8Array {
  // By hand: this is every transfer's second most frequent encoding. `tail` is the same for one signer and cheap.
  const tail = signDocTail(chainId, accountNumber);
  const out = new Uint8Array(partSize(bodyBytes.length) + partSize(authInfoBytes.length) + tail.length);
  let at = putPart(out, 0, 0x0a, bodyBytes);
  at = putPart(out, at, 0x12, authInfoBytes);
  out.set(tail, at);
  return out;
}

let lastChainId = '';
let lastChainIdField = new Uint8Array(0);

function signDocTail(chainId: string, accountNumber: bigint): Uint8Array {
  if (chainId !== lastChainId) {
    lastChainIdField = Uint8Array.from(chainId === '' ? [] : new Writer().tag(3, LENGTH_DELIMITED).string(chainId).finish());
    lastChainId = chainId;
  }
  if (accountNumber === 0n) return lastChainIdField;
  const digits = new Writer(10).varint64(accountNumber).finish();
  const out = new Uint8Array(lastChainIdField.length + 1 + digits.length);
  out.set(lastChainIdField);
  out[lastChainIdField.length] = 0x20;
  out.set(digits, lastChainIdField.length + 1);
  return out;
}

/** Tag, length and bytes; nothing where there are none. */
function partSize(length: number): number {
  if (length === 0) return 0;
  let size = 2 + length;
  for (let v = length; v > 127; v = Math.floor(v / 128)) size++;
  return size;
}

function putPart(out: Uint8Array, start: number, tag: number, bytes: Uint8Array): number {
  if (bytes.length === 0) return start;
  let at = start;
  out[at++] = tag;
  let v = bytes.length;
  for (; v > 127; v = Math.floor(v / 128)) out[at++] = (v % 128) | 128;
  out[at++] = v;
  out.set(bytes, at);
  return at + bytes.length;
}

function directAuxSignBytes(tx: DecodedTx, signer: SignerData, firstSigner: () => string): Uint8Array {
  const payer = tx.authInfo.fee?.payer ?? '';
  if ((payer === '' ? firstSigner() : payer) === signer.address) {
    throw new TxError(`fee payer ${signer.address} cannot sign with SIGN_MODE_DIRECT_AUX: unauthorized`);
  }
  const { chainId, accountNumber, sequence, publicKey } = signer;
  return SignDocDirectAux.encode({ bodyBytes: tx.bodyBytes, publicKey, chainId, accountNumber, sequence, tip: undefined });
}

/**
 * The bytes of one signer. Throws TxError where the mode is not supported or does not fit the transaction. `firstSigner` gives the bech32
 * address of the first message's first signer.
 */
export function signBytes(mode: number, tx: DecodedTx, signer: SignerData, firstSigner: () => string): Uint8Array {
  switch (mode) {
    case SignMode.SIGN_MODE_DIRECT:
      return directSignBytes(tx.bodyBytes, tx.authInfoBytes, signer.chainId, signer.accountNumber);
    case SignMode.SIGN_MODE_LEGACY_AMINO_JSON:
      return utf8(aminoSignDocOf(tx, signer));
    case SignMode.SIGN_MODE_DIRECT_AUX:
      return directAuxSignBytes(tx, signer, firstSigner);
    default:
      throw new TxError(`unsupported sign mode ${signModeName(mode)}`);
  }
}

function aminoSignDocOf(tx: DecodedTx, signer: SignerData): string {
  if (tx.bodyHasUnknownNonCriticals) throw new TxError('SIGN_MODE_LEGACY_AMINO_JSON does not support unknown fields');
  if (signer.address === '') throw new TxError('got empty address in SIGN_MODE_LEGACY_AMINO_JSON handler: invalid request');
  const { body, authInfo } = tx;
  if (authInfo.fee === undefined) throw new TxError('fee cannot be nil when tipper is not signer');
  return aminoSignDoc(body, authInfo.fee, tx.messages, signer);
}

function signModeName(mode: number): string {
  return Object.entries(SignMode).find(([, v]) => v === mode)?.[0] ?? String(mode);
}

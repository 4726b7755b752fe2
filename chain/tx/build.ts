// Transactions for clients (CLI, daemons, tests): messages in, signed bytes out.

import type { Coin } from '../../proto/gen/cosmos/base/v1beta1.ts';
import { SignMode } from '../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { AuthInfo, Fee, TxBody, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { findByTypeUrl } from '../../proto/registry.ts';
import type { AccountKey } from '../crypto/account-key.ts';
import { sha256 } from '../crypto/sha256.ts';
import { utf8 } from '../encoding/bytes.ts';
import type { Codec } from '../encoding/codec.ts';
import type { Time } from '../encoding/time.ts';
import { TxError } from './errors.ts';
import { anyOfAccountKey } from './public-key.ts';
import { directSignBytes } from './sign-bytes.ts';
import { aminoSignDoc } from './sign-mode-amino-json.ts';

export interface TxOptions {
  readonly messages: readonly Any[];
  readonly fee: readonly Coin[];
  readonly gasLimit: bigint;
  readonly memo?: string;
  /** The last height that may take it; 0 is no limit. */
  readonly timeoutHeight?: bigint;
  /** Needed by an unordered transaction, whose sequence is 0. */
  readonly timeoutTimestamp?: Time;
  readonly unordered?: boolean;
  /** Bech32; the first signer where empty. */
  readonly payer?: string;
  readonly granter?: string;
}

export interface TxSigner {
  readonly publicKey: AccountKey;
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  /** Signs a message: for secp256k1 the 64-byte r‖s over its SHA-256. */
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** A message as an Any. */
export function anyOf<T>(codec: Codec<T>, m: T): Any {
  return { typeUrl: `/${codec.name}`, value: codec.encode(m) };
}

export function buildBody(o: TxOptions): TxBody {
  return TxBody.from({
    messages: o.messages,
    memo: o.memo ?? '',
    timeoutHeight: o.timeoutHeight ?? 0n,
    unordered: o.unordered ?? false,
    timeoutTimestamp: o.timeoutTimestamp,
  });
}

export function buildAuthInfo(o: TxOptions, signers: readonly { readonly publicKey: AccountKey; readonly sequence: bigint }[], mode: number): AuthInfo {
  return AuthInfo.from({
    signerInfos: signers.map((s) => ({
      publicKey: anyOfAccountKey(s.publicKey),
      modeInfo: { sum: { case: 'single', value: { mode } } },
      sequence: s.sequence,
    })),
    fee: Fee.from({ amount: o.fee, gasLimit: o.gasLimit, payer: o.payer ?? '', granter: o.granter ?? '' }),
  });
}

async function signed(
  o: TxOptions,
  signers: readonly TxSigner[],
  mode: number,
  toSign: (body: Uint8Array, auth: Uint8Array, s: TxSigner) => Uint8Array,
): Promise<Uint8Array> {
  const bodyBytes = TxBody.encode(buildBody(o));
  const authInfoBytes = AuthInfo.encode(buildAuthInfo(o, signers, mode));
  const signatures: Uint8Array[] = [];
  for (const s of signers) signatures.push(await s.sign(toSign(bodyBytes, authInfoBytes, s)));
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures });
}

/** TxRaw bytes signed with SIGN_MODE_DIRECT, signers in the order the messages need them. */
export function signDirect(o: TxOptions, signers: readonly TxSigner[]): Promise<Uint8Array> {
  return signed(o, signers, SignMode.SIGN_MODE_DIRECT, (body, auth, s) => directSignBytes(body, auth, s.chainId, s.accountNumber));
}

/** TxRaw bytes signed with SIGN_MODE_LEGACY_AMINO_JSON. */
export function signAmino(o: TxOptions, signers: readonly TxSigner[]): Promise<Uint8Array> {
  return signed(o, signers, SignMode.SIGN_MODE_LEGACY_AMINO_JSON, (_body, _auth, s) => aminoSignBytes(o, s));
}

/** What one signer signs in SIGN_MODE_LEGACY_AMINO_JSON; throws TxError on a message of unknown type. */
export function aminoSignBytes(o: TxOptions, s: { readonly chainId: string; readonly accountNumber: bigint; readonly sequence: bigint }): Uint8Array {
  const messages = o.messages.map((any) => {
    const type = findByTypeUrl(any.typeUrl);
    if (type === undefined) throw new TxError(`can't resolve type URL ${any.typeUrl}`);
    return { type, value: type.codec.decode(any.value) };
  });
  const fee = Fee.from({ amount: o.fee, gasLimit: o.gasLimit, payer: o.payer ?? '', granter: o.granter ?? '' });
  return utf8(aminoSignDoc(buildBody(o), fee, messages, s));
}

/** A transaction without valid signatures, which simulation accepts: one empty signature per signer. */
export function unsignedTx(o: TxOptions, signers: readonly { readonly publicKey: AccountKey; readonly sequence: bigint }[]): Uint8Array {
  return TxRaw.encode({
    bodyBytes: TxBody.encode(buildBody(o)),
    authInfoBytes: AuthInfo.encode(buildAuthInfo(o, signers, SignMode.SIGN_MODE_DIRECT)),
    signatures: signers.map(() => new Uint8Array(0)),
  });
}

/** SHA-256 of the transaction's bytes; shown in upper-case hex. */
export function txHash(tx: Uint8Array): Uint8Array {
  return sha256(tx);
}

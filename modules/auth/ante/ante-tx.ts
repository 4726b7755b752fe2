// A decoded transaction as the ante looks at it. What can fail (signers, amounts, signature trees) is worked out when first asked for, so
// that a failure has the place and code it has in the reference. Source: sdk:x/auth/tx/builder.go, types/tx/types.go.

import { type AddressCodec, addressKey } from '../../../chain/core/address.ts';
import { type Coin, coinsFromProto } from '../../../chain/core/coins.ts';
import { plainError } from '../../../chain/core/errors.ts';
import { accountKeyFromAny } from '../../../chain/core/public-key.ts';
import { messageSigners } from '../../../chain/core/signers.ts';
import type { AccountKey } from '../../../chain/crypto/account-key.ts';
import type { SignatureData } from '../../../chain/crypto/multisig.ts';
import type { DecodedMessage, DecodedTx } from '../../../chain/tx/decode.ts';
import { TxError } from '../../../chain/tx/errors.ts';
import { signatureData } from '../../../chain/tx/mode-info.ts';
import { type SignerData, signBytes } from '../../../chain/tx/sign-bytes.ts';
import { SignMode } from '../../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import type { Fee } from '../../../proto/gen/cosmos/tx/v1beta1.ts';

export class AnteMessage {
  readonly typeUrl: string;
  readonly value: unknown;
  readonly #decoded: DecodedMessage;
  readonly #addresses: AddressCodec;
  #signers: readonly Uint8Array[] | undefined;

  constructor(decoded: DecodedMessage, addresses: AddressCodec) {
    this.typeUrl = decoded.typeUrl;
    this.value = decoded.value;
    this.#decoded = decoded;
    this.#addresses = addresses;
  }

  /** Throws for an address that cannot be read. */
  get signers(): readonly Uint8Array[] {
    this.#signers ??= messageSigners(this.#decoded.type, this.value, this.#addresses);
    return this.#signers;
  }
}

/** One signer info with its signature. */
export interface SignerSignature {
  /** undefined where the transaction leaves the key out. */
  readonly publicKey: AccountKey | undefined;
  /** undefined where no sign mode is said. */
  readonly data: SignatureData | undefined;
  readonly sequence: bigint;
}

export class AnteTx {
  readonly decoded: DecodedTx;
  readonly messages: readonly AnteMessage[];
  readonly addresses: AddressCodec;
  prefetched = false;
  #signers: readonly Uint8Array[] | undefined;
  #signatures: readonly SignerSignature[] | undefined;
  #fee: readonly Coin[] | undefined;
  #signBytes: { readonly mode: number; readonly chainId: string; readonly accountNumber: bigint; readonly bytes: Uint8Array } | undefined;

  constructor(decoded: DecodedTx, addresses: AddressCodec) {
    this.decoded = decoded;
    this.addresses = addresses;
    this.messages = decoded.messages.map((m) => new AnteMessage(m, addresses));
  }

  /** 0 where there is no fee; see `assertFee`. */
  get gasLimit(): bigint {
    return this.decoded.authInfo.fee?.gasLimit ?? 0n;
  }

  /** As they came, for caches of verdicts. */
  get signatureBytes(): readonly Uint8Array[] {
    return this.decoded.signatures;
  }

  /** What a signer signs. The last result is kept: checks ahead of time and the ante ask for the same bytes. */
  signBytes(mode: number, signer: SignerData): Uint8Array {
    const last = this.#signBytes;
    const { chainId, accountNumber } = signer;
    // DIRECT alone signs the same bytes whoever the signer is.
    const direct = mode === SignMode.SIGN_MODE_DIRECT;
    if (direct && last?.mode === mode && last.accountNumber === accountNumber && last.chainId === chainId) return last.bytes;
    const bytes = signBytes(mode, this.decoded, signer, () => this.addresses.toString(this.signers[0] ?? new Uint8Array(0)));
    if (direct) this.#signBytes = { mode, chainId, accountNumber, bytes };
    return bytes;
  }

  get unordered(): boolean {
    return this.decoded.body.unordered;
  }

  /** Throws a panic where there is none, as the reference does by a nil pointer. */
  assertFee(): Fee {
    const { fee } = this.decoded.authInfo;
    if (fee === undefined) throw new Error('invalid memory address or nil pointer dereference: the transaction has no fee');
    return fee;
  }

  get fee(): readonly Coin[] {
    this.#fee ??= coinsFromProto(this.assertFee().amount);
    return this.#fee;
  }

  /** Every address that must sign, once each: of the messages in order, then the fee payer. Throws what reading an address throws. */
  get signers(): readonly Uint8Array[] {
    this.#signers ??= this.#findSigners();
    return this.#signers;
  }

  #findSigners(): readonly Uint8Array[] {
    if (this.decoded.hasInvalidUtf8) throw plainError('proto: string field contains invalid UTF-8');
    const [one] = this.messages;
    const { payer } = this.assertFee();
    // The common case: one message of one signer, who pays.
    if (this.messages.length === 1 && payer === '' && one !== undefined && one.signers.length === 1) return one.signers;
    const seen = new Set<string>();
    const out: Uint8Array[] = [];
    const add = (a: Uint8Array): void => {
      const key = addressKey(a);
      if (!seen.has(key)) out.push(a);
      seen.add(key);
    };
    for (const m of this.messages) for (const s of m.signers) add(s);
    if (payer !== '') add(this.addresses.toBytes(payer));
    return out;
  }

  get feePayer(): Uint8Array {
    const { payer } = this.assertFee();
    if (payer !== '') return this.addresses.toBytes(payer);
    const [first] = this.signers;
    if (first === undefined) throw new Error('index out of range: the transaction has no signer');
    return first;
  }

  /** undefined where nobody else pays. */
  get feeGranter(): Uint8Array | undefined {
    const { granter } = this.assertFee();
    if (granter === '') return undefined;
    try {
      return this.addresses.toBytes(granter);
    } catch (e) {
      // The reference panics here.
      throw new Error(e instanceof Error ? e.message : String(e));
    }
  }

  /** By signer info. Throws a plain error, or a panic where the reference indexes beyond a list. */
  get signatures(): readonly SignerSignature[] {
    this.#signatures ??= this.decoded.authInfo.signerInfos.map((info, i) => ({
      publicKey: info.publicKey === undefined ? undefined : accountKeyFromAny(info.publicKey),
      data: info.modeInfo === undefined ? undefined : this.#signatureData(i),
      sequence: info.modeInfo === undefined ? 0n : info.sequence,
    }));
    return this.#signatures;
  }

  #signatureData(i: number): SignatureData {
    const signature = this.decoded.signatures[i];
    if (signature === undefined) throw new Error(`index out of range [${i}] with length ${this.decoded.signatures.length}`);
    try {
      return signatureData(this.decoded.authInfo.signerInfos[i]?.modeInfo, signature);
    } catch (e) {
      throw e instanceof TxError ? plainError(e.message) : e;
    }
  }
}

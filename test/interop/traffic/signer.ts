// Transactions made by hand, right or wrong in one field: bodies and sign bytes by cosmjs-types and CosmJS, signatures by libsecp256k1.
import { createHash } from 'node:crypto';
import { makeSignDoc, type StdFee, serializeSignDoc } from '@cosmjs/amino';
import { PubKey } from 'cosmjs-types/cosmos/crypto/secp256k1/keys';
import { SignMode } from 'cosmjs-types/cosmos/tx/signing/v1beta1/signing';
import { AuthInfo, SignDoc, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import secp256k1 from 'secp256k1/bindings.js';
import { type LoadAccount, loadAccounts } from '../../bench/support/accounts.ts';

const native = secp256k1 as unknown as { ecdsaSign(hash: Uint8Array, key: Uint8Array): { readonly signature: Uint8Array } };
const sha256 = (b: Uint8Array): Buffer => createHash('sha256').update(b).digest();

export interface Any {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export interface Chain {
  readonly chainId: string;
  readonly prefix: string;
  readonly denom: string;
  /** Of a transfer with the default gas. */
  readonly fee: bigint;
  /** Unordered transactions are on. */
  readonly unordered: boolean;
}

export interface FundedAccount extends LoadAccount {
  readonly number: bigint;
}

/** Accounts of the genesis, handed out once each, so that every case starts at sequence 0. */
export class Fleet {
  readonly accounts: readonly LoadAccount[];
  readonly #firstNumber: bigint;
  #next = 0;

  constructor(count: number, prefix: string, firstNumber = 0n) {
    this.accounts = loadAccounts(count, prefix);
    this.#firstNumber = firstNumber;
  }

  take(): FundedAccount {
    const a = this.accounts[this.#next];
    if (a === undefined) throw new Error(`all ${this.accounts.length} accounts are used; make the fleet larger`);
    return { ...a, number: this.#firstNumber + BigInt(this.#next++) };
  }

  get left(): number {
    return this.accounts.length - this.#next;
  }
}

export interface TxOptions {
  readonly sequence?: bigint;
  /** Default 200,000. */
  readonly gas?: bigint;
  readonly fee?: bigint;
  readonly feeDenom?: string;
  readonly memo?: string;
  readonly timeoutHeight?: bigint;
  /** Nanoseconds; with `unordered`. */
  readonly timeoutTimestamp?: bigint;
  readonly unordered?: boolean;
  readonly signFor?: { readonly chainId?: string; readonly number?: bigint; readonly sequence?: bigint };
  readonly extensionOptions?: readonly Any[];
  readonly nonCriticalExtensionOptions?: readonly Any[];
  readonly feePayer?: string;
  readonly feeGranter?: string;
  /** Replaces the signatures; given the right one. */
  readonly signatures?: (good: Uint8Array) => readonly Uint8Array[];
  /** The amino messages, for LEGACY_AMINO_JSON. */
  readonly amino?: readonly { readonly type: string; readonly value: unknown }[];
}

export const DEFAULT_GAS = 200_000n;

/** One signed transaction of `from`. */
export function signedTx(chain: Chain, from: FundedAccount, messages: readonly Any[], o: TxOptions = {}): Uint8Array {
  const sequence = o.sequence ?? 0n;
  const gas = o.gas ?? DEFAULT_GAS;
  const feeAmount = o.fee ?? chain.fee;
  const feeCoins = feeAmount === 0n ? [] : [{ denom: o.feeDenom ?? chain.denom, amount: String(feeAmount) }];
  const timestamp = o.timeoutTimestamp;
  const bodyBytes = TxBody.encode(
    TxBody.fromPartial({
      messages: [...messages],
      memo: o.memo ?? '',
      timeoutHeight: o.timeoutHeight ?? 0n,
      unordered: o.unordered ?? false,
      ...(timestamp === undefined ? {} : { timeoutTimestamp: { seconds: timestamp / 1_000_000_000n, nanos: Number(timestamp % 1_000_000_000n) } }),
      extensionOptions: [...(o.extensionOptions ?? [])],
      nonCriticalExtensionOptions: [...(o.nonCriticalExtensionOptions ?? [])],
    }),
  ).finish();
  const mode = o.amino === undefined ? SignMode.SIGN_MODE_DIRECT : SignMode.SIGN_MODE_LEGACY_AMINO_JSON;
  const authInfoBytes = AuthInfo.encode(
    AuthInfo.fromPartial({
      signerInfos: [
        {
          publicKey: { typeUrl: '/cosmos.crypto.secp256k1.PubKey', value: PubKey.encode({ key: from.publicKey }).finish() },
          modeInfo: { single: { mode } },
          sequence,
        },
      ],
      fee: { amount: feeCoins, gasLimit: gas, payer: o.feePayer ?? '', granter: o.feeGranter ?? '' },
    }),
  ).finish();
  const signed = { chainId: chain.chainId, number: from.number, sequence, ...o.signFor };
  const others = { ...(o.feePayer === undefined ? {} : { payer: o.feePayer }), ...(o.feeGranter === undefined ? {} : { granter: o.feeGranter }) };
  const fee: StdFee = { amount: feeCoins, gas: String(gas), ...others };
  const doc =
    o.amino === undefined
      ? SignDoc.encode({ bodyBytes, authInfoBytes, chainId: signed.chainId, accountNumber: signed.number }).finish()
      : serializeSignDoc(makeSignDoc(o.amino as never, fee, signed.chainId, o.memo ?? '', String(signed.number), String(signed.sequence)));
  const good = native.ecdsaSign(sha256(doc), from.key).signature;
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [...(o.signatures?.(good) ?? [good])] }).finish();
}

export const txHashHex = (tx: Uint8Array): string => sha256(tx).toString('hex').toUpperCase();

// Load accounts and pre-signed transfers for any chain that speaks the Cosmos SDK's wire format: keys from a counter, native signing.
import { createHash } from 'node:crypto';
import { MsgSend } from 'cosmjs-types/cosmos/bank/v1beta1/tx';
import { PubKey } from 'cosmjs-types/cosmos/crypto/secp256k1/keys';
import { SignMode } from 'cosmjs-types/cosmos/tx/signing/v1beta1/signing';
import { AuthInfo, SignDoc, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import secp256k1 from 'secp256k1/bindings.js';
import { bech32Encode } from '../../../chain/crypto/bech32.ts';

const native = secp256k1 as unknown as {
  publicKeyCreate(key: Uint8Array): Uint8Array;
  ecdsaSign(hash: Uint8Array, key: Uint8Array): { readonly signature: Uint8Array };
};

export interface LoadAccount {
  readonly key: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: string;
}

const sha256 = (b: Uint8Array): Buffer => createHash('sha256').update(b).digest();

export function loadAccounts(count: number, prefix: string): LoadAccount[] {
  return Array.from({ length: count }, (_, i) => {
    const key = sha256(Buffer.from(`trellis load account ${i}`));
    const publicKey = native.publicKeyCreate(key);
    return { key, publicKey, address: bech32Encode(prefix, createHash('ripemd160').update(sha256(publicKey)).digest()) };
  });
}

export interface LoadPlan {
  readonly chainId: string;
  readonly denom: string;
  readonly accounts: readonly LoadAccount[];
  /** Account number of accounts[0] in the genesis; the others follow. */
  readonly firstNumber: bigint;
  readonly firstSequence: bigint;
  readonly count: number;
  readonly fee: string;
}

/** `count` MsgSend, round robin over the accounts, each account's sequence counting up. */
export function signedTransfers(plan: LoadPlan): Uint8Array[] {
  const n = plan.accounts.length;
  const out: Uint8Array[] = [];
  for (let i = 0; i < plan.count; i++) {
    const from = plan.accounts[i % n] as LoadAccount;
    const to = plan.accounts[(i * 7919 + 1) % n] as LoadAccount;
    const sequence = plan.firstSequence + BigInt(Math.floor(i / n));
    const bodyBytes = TxBody.encode(
      TxBody.fromPartial({
        messages: [
          {
            typeUrl: '/cosmos.bank.v1beta1.MsgSend',
            value: MsgSend.encode({
              fromAddress: from.address,
              toAddress: to.address,
              amount: [{ denom: plan.denom, amount: String(1 + (i % 1000)) }],
            }).finish(),
          },
        ],
      }),
    ).finish();
    const authInfoBytes = AuthInfo.encode(
      AuthInfo.fromPartial({
        signerInfos: [
          {
            publicKey: { typeUrl: '/cosmos.crypto.secp256k1.PubKey', value: PubKey.encode({ key: from.publicKey }).finish() },
            modeInfo: { single: { mode: SignMode.SIGN_MODE_DIRECT } },
            sequence,
          },
        ],
        fee: { amount: [{ denom: plan.denom, amount: plan.fee }], gasLimit: 200_000n },
      }),
    ).finish();
    const doc = SignDoc.encode({ bodyBytes, authInfoBytes, chainId: plan.chainId, accountNumber: plan.firstNumber + BigInt(i % n) }).finish();
    out.push(TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [native.ecdsaSign(sha256(doc), from.key).signature] }).finish());
  }
  return out;
}

/** The accounts as genesis entries of x/auth and x/bank. */
export function genesisEntries(accounts: readonly LoadAccount[], denom: string, amount: string): { auth: object[]; balances: object[]; total: bigint } {
  return {
    auth: accounts.map((a) => ({ '@type': '/cosmos.auth.v1beta1.BaseAccount', address: a.address, pub_key: null, account_number: '0', sequence: '0' })),
    balances: accounts.map((a) => ({ address: a.address, coins: [{ denom, amount }] })),
    total: BigInt(amount) * BigInt(accounts.length),
  };
}

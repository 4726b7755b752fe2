// One signer's signature over its sign bytes, single or multisig. Source: sdk:x/auth/signing/verify.go.
import type { Context } from '../../../chain/core/context.ts';
import { accountKeyFromAny } from '../../../chain/core/public-key.ts';
import type { SignatureItem } from '../../../chain/core/signature.ts';
import type { AccountKey } from '../../../chain/crypto/account-key.ts';
import { CryptoError } from '../../../chain/crypto/errors.ts';
import { type VerifySimple, verifyMultisignature } from '../../../chain/crypto/multisig.ts';
import { TxError } from '../../../chain/tx/errors.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { Account } from '../types.ts';
import type { AnteTx, SignerSignature } from './ante-tx.ts';

/** Genesis transactions are signed with 0: account numbers are given out while they run. */
export function signingAccountNumber(ctx: Context, account: Account): bigint {
  return ctx.height === 0n ? 0n : account.base.accountNumber;
}

/** undefined where it verifies, else the reference's reason. Throws where the reference panics. */
export function verifySignatureData(
  ctx: Context,
  tx: AnteTx,
  account: Account,
  key: AccountKey,
  signature: SignerSignature,
  verify: VerifySimple,
): string | undefined {
  const { data, sequence } = signature;
  const signer = {
    chainId: ctx.chainId,
    accountNumber: signingAccountNumber(ctx, account),
    sequence,
    address: account.base.address,
    publicKey: account.base.pubKey,
  };
  const bytesOf = (mode: number): Uint8Array => tx.signBytes(mode, signer);
  try {
    if (data === undefined) return 'unexpected SignatureData <nil>';
    if ('signature' in data) {
      const message = bytesOf(data.mode);
      if (key.type === 'multisig') throw new Error('a multisig key verifies no single signature');
      return verify(key, message, data.signature) ? undefined : 'unable to verify single signer signature';
    }
    if (key.type !== 'multisig') return `expected <nil>, got *${key.type}.PubKey`;
    verifyMultisignature(key, data, bytesOf, verify);
    return undefined;
  } catch (e) {
    if (e instanceof TxError || (e instanceof CryptoError && e.code === 'multisig')) return e.message;
    throw e;
  }
}

/** What the ante will ask to be verified, by the accounts of a state: for checks ahead of time. */
export function signatureItems(ctx: Context, k: AccountKeeper, tx: AnteTx): readonly SignatureItem[] {
  const items: SignatureItem[] = [];
  const { signatures } = tx;
  for (let i = 0; i < signatures.length; i++) {
    const s = signatures[i] as SignerSignature;
    const signer = tx.signers[i];
    const account = signer === undefined ? undefined : k.get(ctx, signer);
    if (account === undefined) continue;
    const key = account.base.pubKey === undefined ? s.publicKey : accountKeyFromAny(account.base.pubKey);
    if (key === undefined) continue;
    verifySignatureData(ctx, tx, account, key, s, (simple, message, signature) => {
      items.push({ algorithm: simple.type, publicKey: simple.bytes, message, signature });
      return true;
    });
  }
  return items;
}

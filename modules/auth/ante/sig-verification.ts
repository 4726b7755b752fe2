// Sequences and signatures of all signers; nonces of unordered transactions. Signatures are not looked at again on recheck, nor in a
// simulation. Source: sdk:x/auth/ante/sigverify.go SigVerificationDecorator.
import type { Context } from '../../../chain/core/context.ts';
import { ErrInvalidPubKey, ErrInvalidRequest, ErrNotSupported, ErrUnauthorized, ErrWrongSequence, SdkError } from '../../../chain/core/errors.ts';
import { accountKeyFromAny } from '../../../chain/core/public-key.ts';
import type { SignatureChecker } from '../../../chain/core/signature.ts';
import type { SignatureData } from '../../../chain/crypto/multisig.ts';
import { NANOS_PER_SECOND } from '../../../chain/encoding/time.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { AnteTx, SignerSignature } from './ante-tx.ts';
import type { AnteDecorator } from './decorator.ts';
import { signerAccount, signerAt } from './signer-account.ts';
import { isTimeoutSet } from './timeout-height.ts';
import { signingAccountNumber, verifySignatureData } from './verify-signature.ts';

/** How far ahead an unordered transaction's timeout may lie, nanoseconds. */
export const UNORDERED_TIMEOUT_MAX = 600n * NANOS_PER_SECOND;
/** Gas for the removal of its nonce later. */
const UNORDERED_GAS = 2240;
const LEGACY_AMINO_JSON = 127;

export function verifySignatures(k: AccountKeeper, checker: SignatureChecker): AnteDecorator {
  return (ctx, tx, simulate) => {
    if (tx.unordered && !k.unorderedTransactions) throw ErrNotSupported.wrap('unordered transactions are not enabled');
    const { signatures, signers } = tx;
    if (signatures.length !== signers.length) {
      throw ErrUnauthorized.wrap(`invalid number of signer;  expected: ${signers.length}, got ${signatures.length}`);
    }
    if (tx.unordered) useNonce(ctx, k, tx);
    for (let i = 0; i < signatures.length; i++) {
      const s = signatures[i] as SignerSignature;
      if (tx.unordered && s.sequence > 0n) throw ErrInvalidRequest.wrap('sequence is not allowed for unordered transactions');
      const account = signerAccount(ctx, k, signerAt(tx, i));
      const stored = account.base.pubKey;
      if (stored === undefined && !simulate) throw ErrInvalidPubKey.wrap('pubkey on account is not set');
      if (!tx.unordered && s.sequence !== account.base.sequence) {
        throw ErrWrongSequence.wrap(`account sequence mismatch, expected ${account.base.sequence}, got ${s.sequence}`);
      }
      if (stored === undefined || simulate || ctx.mode === 'recheck') continue;
      assertPublicKeys(tx);
      const why = verifySignatureData(ctx, tx, account, accountKeyFromAny(stored), s, (key, message, signature) =>
        checker.verify({ algorithm: key.type, publicKey: key.bytes, message, signature }),
      );
      if (why !== undefined) throw refusal(ctx, s.data, signingAccountNumber(ctx, account), account.base.sequence, why);
    }
  };
}

// The reference converts the whole transaction here and runs into a nil pointer where a signer info leaves its key out (sdk:x/auth/tx/
// adapter.go): the transaction ends as a panic, and so must ours.
function assertPublicKeys(tx: AnteTx): void {
  if (tx.decoded.authInfo.signerInfos.some((s) => s.publicKey === undefined)) {
    throw new Error('invalid memory address or nil pointer dereference: a signer info without a public key');
  }
}

function refusal(ctx: Context, data: SignatureData | undefined, accountNumber: bigint, sequence: bigint, why: string): SdkError {
  const start = `signature verification failed; please verify account number (${accountNumber})`;
  // Amino sign bytes hold the sequence: it may be what is wrong.
  return ErrUnauthorized.wrap(
    isAminoOnly(data) ? `${start}, sequence (${sequence}) and chain-id (${ctx.chainId})` : `${start} and chain-id (${ctx.chainId}): (${why})`,
  );
}

function isAminoOnly(data: SignatureData | undefined): boolean {
  if (data === undefined) return false;
  return 'signature' in data ? data.mode === LEGACY_AMINO_JSON : data.signatures.every(isAminoOnly);
}

function useNonce(ctx: Context, k: AccountKeeper, tx: AnteTx): void {
  const timeout = tx.decoded.body.timeoutTimestamp;
  if (!isTimeoutSet(timeout)) throw ErrInvalidRequest.wrap('unordered transaction must have timeout_timestamp set');
  if (timeout < ctx.time) throw ErrInvalidRequest.wrap('unordered transaction has a timeout_timestamp that has already passed');
  if (timeout > ctx.time + UNORDERED_TIMEOUT_MAX) throw ErrInvalidRequest.wrap('unordered tx ttl exceeds 10m0s');
  ctx.gasMeter.consume(UNORDERED_GAS, 'unordered tx');
  if (ctx.mode === 'simulate') return;
  for (const signer of tx.signers) {
    try {
      k.useNonce(ctx, signer, timeout);
    } catch (e) {
      throw e instanceof SdkError ? ErrInvalidRequest.wrap(`failed to add unordered nonce: ${e.message}`) : e;
    }
  }
}

// Gas by the transaction's bytes; in a simulation also by the signatures that are still to come. Source: sdk:x/auth/ante/basic.go.
import { gasAmount } from '../../../chain/core/gas.ts';
import { accountKeyFromAny } from '../../../chain/core/public-key.ts';
import { aminoKeyBytes } from '../../../chain/crypto/account-key.ts';
import type { SignatureData } from '../../../chain/crypto/multisig.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { AnteDecorator } from './decorator.ts';

/** Amino bytes of a StdSignature's 64-byte signature with tag and length, and what the reference adds. */
const SIGNATURE_FIELD_BYTES = 66;
const EXTRA_BYTES = 6;
/** Amino bytes of a secp256k1 key, which stands in where no key is known (and for keys that have no amino form). */
const PLACEHOLDER_KEY_BYTES = 38;

function isIncomplete(data: SignatureData | undefined): boolean {
  if (data === undefined) return true;
  if ('signature' in data) return data.signature.length === 0;
  return data.signatures.length === 0 || data.signatures.some(isIncomplete);
}

function varintBytes(n: number): number {
  return n < 128 ? 1 : n < 16_384 ? 2 : 3;
}

export function consumeTxSizeGas(k: AccountKeeper): AnteDecorator {
  return (ctx, tx, simulate) => {
    const params = k.getParams(ctx);
    ctx.gasMeter.consume(gasAmount(params.txSizeCostPerByte, ctx.txBytes.length), 'txSize');
    if (!simulate) return;
    for (const [i, signer] of tx.signers.entries()) {
      if (i < tx.signatures.length && !isIncomplete(tx.signatures[i]?.data)) continue;
      const known = k.get(ctx, signer)?.base.pubKey;
      const key = known === undefined ? undefined : accountKeyFromAny(known);
      const keyBytes = key === undefined || key.type === 'secp256r1' ? PLACEHOLDER_KEY_BYTES : aminoKeyBytes(key).length;
      const bytes = 1 + varintBytes(keyBytes) + keyBytes + SIGNATURE_FIELD_BYTES + EXTRA_BYTES;
      // A multisig may be signed by as many as a transaction may have.
      const times = key?.type === 'multisig' ? Number(params.txSigLimit) : 1;
      ctx.gasMeter.consume(gasAmount(params.txSizeCostPerByte, bytes * times), 'txSize');
    }
  };
}

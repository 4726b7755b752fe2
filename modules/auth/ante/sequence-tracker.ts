// Whether the transactions of a proposal follow each other by their signers' sequences, without running them (F-21). Accounts that are not
// there yet may be made by an earlier transaction of the block: they are let pass, and judged at execution.
import { addressKey } from '../../../chain/core/address.ts';
import type { Context } from '../../../chain/core/context.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { AnteTx, SignerSignature } from './ante-tx.ts';

/** Gives true and counts the transaction, or false where a sequence does not follow. */
export function sequenceTracker(ctx: Context, k: AccountKeeper): (tx: AnteTx) => boolean {
  const next = new Map<string, bigint>();
  return (tx) => {
    if (tx.unordered) return true;
    const counted: [string, bigint][] = [];
    try {
      const { signatures } = tx;
      for (let i = 0; i < signatures.length; i++) {
        const s = signatures[i] as SignerSignature;
        const signer = tx.signers[i];
        if (signer === undefined) return false;
        const key = addressKey(signer);
        const expected = next.get(key) ?? k.get(ctx, signer)?.base.sequence;
        if (expected !== undefined && expected !== s.sequence) return false;
        counted.push([key, s.sequence + 1n]);
      }
    } catch {
      return false;
    }
    for (const [key, sequence] of counted) next.set(key, sequence);
    return true;
  };
}

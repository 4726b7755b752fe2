// Signature checks ahead of execution: gathers what a list of transactions will ask for and has it checked in one batch. Only a help:
// whatever fails here is left to the ante, which gives the transaction its error.
import type { SignatureItem } from '../core/signature.ts';
import type { AppCore } from './app-core.ts';
import type { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

/** Forgets the signatures of a committed block's transactions: they cannot come again. */
export function forgetSignatures<T extends AppTx>(app: AppCore<T>, txs: readonly Uint8Array[]): void {
  for (const bytes of txs) {
    try {
      app.options.signatures.forget(app.options.decodeTx(bytes).signatureBytes);
    } catch {
      // Undecodable: nothing was remembered of it.
    }
  }
}

export async function prefetchSignatures<T extends AppTx>(app: AppCore<T>, state: WorkingState, txs: readonly Uint8Array[]): Promise<void> {
  const { signatures, decodeTx, signatureItems } = app.options;
  const { prefetched } = app;
  if (!signatures.canPrefetch || txs.length === 0) return;
  const ctx = state.context('query');
  const items: SignatureItem[] = [];
  for (const bytes of txs) {
    try {
      const tx = decodeTx(bytes);
      if (prefetched.has(tx)) continue;
      prefetched.add(tx);
      items.push(...signatureItems(ctx, tx));
    } catch {
      // Undecodable, or of an account not there yet: the ante says so.
    }
  }
  await signatures.prefetch(items);
}

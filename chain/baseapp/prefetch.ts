// Signature checks ahead of execution: gathers what a list of transactions will ask for and has it checked in one batch. Only a help:
// whatever fails here is left to the ante, which gives the transaction its error.
import type { SignatureItem } from '../core/signature.ts';
import type { BaseApp } from './base-app.ts';
import type { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

export async function prefetchSignatures<T extends AppTx>(app: BaseApp<T>, state: WorkingState, txs: readonly Uint8Array[]): Promise<void> {
  const { signatures, decodeTx, signatureItems } = app.options;
  if (!signatures.canPrefetch || txs.length === 0) return;
  const ctx = state.context('query');
  const items: SignatureItem[] = [];
  for (const bytes of txs) {
    try {
      items.push(...signatureItems(ctx, decodeTx(bytes)));
    } catch {
      // Undecodable, or of an account not there yet: the ante says so.
    }
  }
  await signatures.prefetch(items);
}

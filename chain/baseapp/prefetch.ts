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

function unseenItems<T extends AppTx>(app: AppCore<T>, state: WorkingState, txs: readonly Uint8Array[]): SignatureItem[] {
  const { decodeTx, signatureItems } = app.options;
  const ctx = state.context('query');
  const items: SignatureItem[] = [];
  for (const bytes of txs) {
    try {
      const tx = decodeTx(bytes);
      if (tx.prefetched) continue;
      tx.prefetched = true;
      items.push(...signatureItems(ctx, tx));
    } catch {
      // Undecodable, or of an account not there yet: the ante says so.
    }
  }
  return items;
}

/** For a block that is to be executed. */
export async function prefetchSignatures<T extends AppTx>(app: AppCore<T>, state: WorkingState, txs: readonly Uint8Array[]): Promise<void> {
  if (app.options.signatures.canPrefetch && txs.length > 0) await app.options.signatures.prefetch(unseenItems(app, state, txs));
}

/** For transactions that are in no hurry: of the mempool, or of a block after the next; undefined where nothing is to be waited for. */
export function gatherSignatures<T extends AppTx>(app: AppCore<T>, txs: readonly Uint8Array[]): Promise<void> | undefined {
  if (!app.options.signatures.canPrefetch) return undefined;
  const items = unseenItems(app, app.checkState, txs);
  return items.length === 0 ? undefined : app.options.signatures.gather(items);
}

// PrepareProposal: which of the mempool's transactions go into a block, in their order: all that decode and fit max_tx_bytes and the
// block's gas, and no transaction whose signer's sequence would not follow (F-21). The reference's default with CometBFT's mempool takes
// the list as it is and on one undecodable transaction gives the whole list back; a block of ours never holds one.
// Source: sdk:baseapp/abci_utils.go DefaultProposalHandler, defaultTxSelector.
import type { PrepareProposalRequest, PrepareProposalResponse } from '../abci/application.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import { protoFramedSize } from './framed-size.ts';
import { proposalContext } from './proposal-state.ts';
import type { AppTx } from './tx.ts';

export async function prepareProposal<T extends AppTx>(app: AppCore<T>, req: PrepareProposalRequest): Promise<PrepareProposalResponse> {
  if (req.height < 1n) throw new AbciError('PrepareProposal called with invalid height');
  const ctx = proposalContext(app, 'prepareProposal', req);
  const maxGas = ctx.consensusParams?.block?.maxGas ?? 0n;
  const follows = app.options.sequenceTracker(ctx);
  const txs: Uint8Array[] = [];
  let bytes = 0n;
  let gas = 0n;
  for (const tx of req.txs) {
    let decoded: T;
    try {
      decoded = app.options.decodeTx(tx);
    } catch {
      continue;
    }
    const size = protoFramedSize(tx);
    if (bytes + size <= req.maxTxBytes && (maxGas <= 0n || gas + decoded.gasLimit <= maxGas) && follows(decoded)) {
      txs.push(tx);
      bytes += size;
      gas += decoded.gasLimit;
    }
    if (bytes >= req.maxTxBytes || (maxGas > 0n && gas >= maxGas)) break;
  }
  return { txs };
}

// ProcessProposal: whether a proposed block may be voted for. Every transaction decodes, bytes and gas are within the block's limits and
// no signer's sequence is out of order (F-21). Signatures, fees and messages are judged at execution: there they only fail their own
// transaction. The reference accepts every block where CometBFT holds the mempool (sdk:baseapp/abci_utils.go NoOpProcessProposal).
import type { ProcessProposalRequest, ProcessProposalResponse } from '../abci/application.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import { protoFramedSize } from './framed-size.ts';
import { proposalContext } from './proposal-state.ts';
import type { AppTx } from './tx.ts';

const ACCEPT: ProcessProposalResponse = { status: 1 };
const REJECT: ProcessProposalResponse = { status: 2 };

export async function processProposal<T extends AppTx>(app: AppCore<T>, req: ProcessProposalRequest): Promise<ProcessProposalResponse> {
  if (req.height < 1n) throw new AbciError('ProcessProposal called with invalid height');
  const ctx = proposalContext(app, 'processProposal', req);
  const { maxGas, maxBytes } = ctx.consensusParams?.block ?? { maxGas: 0n, maxBytes: 0n };
  const follows = app.options.sequenceTracker(ctx);
  let bytes = 0n;
  let gas = 0n;
  for (const tx of req.txs) {
    bytes += protoFramedSize(tx);
    if (maxBytes > 0n && bytes > maxBytes) return REJECT;
    let decoded: T;
    try {
      decoded = app.options.decodeTx(tx);
    } catch {
      return REJECT;
    }
    gas += decoded.gasLimit;
    if (maxGas > 0n && gas > maxGas) return REJECT;
    if (!follows(decoded)) return REJECT;
  }
  return ACCEPT;
}

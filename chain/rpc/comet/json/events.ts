// Data of subscription events in CometBFT's JSON: {"type": "tendermint/event/…", "value": …} (cmt:types/events.go).
import type { EventData } from '../../backend.ts';
import { base64, eventBrief, execTxResultBrief, finalizeBlockBrief } from './abci.ts';
import { blockIdToJson, blockToJson, evidenceToJson, headerToJson, hex, validatorToJson, voteToJson } from './chain.ts';
import { jsonText } from './text.ts';

function name(d: EventData): string {
  switch (d.type) {
    case 'NewBlock':
    case 'NewBlockHeader':
    case 'NewBlockEvents':
    case 'NewEvidence':
    case 'Tx':
    case 'ValidatorSetUpdates':
    case 'Vote':
    case 'NewRound':
    case 'CompleteProposal':
      return d.type;
    default:
      return 'RoundState';
  }
}

function value(d: EventData): unknown {
  switch (d.type) {
    case 'NewBlock':
      return { block: blockToJson(d.block), block_id: blockIdToJson(d.blockId), result_finalize_block: finalizeBlockBrief(d.result) };
    case 'NewBlockHeader':
      return { header: headerToJson(d.header) };
    case 'NewBlockEvents':
      return { height: d.height.toString(), events: d.events.length === 0 ? null : d.events.map(eventBrief), num_txs: d.numTxs.toString() };
    case 'NewEvidence':
      return { height: d.height.toString(), evidence: evidenceToJson(d.evidence) };
    case 'Tx':
      return {
        TxResult: {
          height: d.height === 0n ? undefined : d.height.toString(),
          index: d.index === 0 ? undefined : d.index,
          tx: d.tx.length === 0 ? undefined : base64(d.tx),
          result: execTxResultBrief(d.result),
        },
      };
    case 'ValidatorSetUpdates':
      return { validator_updates: d.validatorUpdates.map(validatorToJson) };
    case 'Vote':
      return { Vote: voteToJson(d.vote) };
    case 'NewRound':
      return { height: d.height.toString(), round: d.round, step: d.step, proposer: { address: hex(d.proposer.address), index: d.proposer.index } };
    case 'CompleteProposal':
      return { height: d.height.toString(), round: d.round, step: d.step, block_id: blockIdToJson(d.blockId) };
    default:
      return { height: d.height.toString(), round: d.round, step: d.step };
  }
}

export function eventDataText(d: EventData): string {
  return `{"type":"tendermint/event/${name(d)}","value":${jsonText(value(d))}}`;
}

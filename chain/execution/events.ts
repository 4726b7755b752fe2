// Typed events of the node, with the field names of CometBFT's event data (cmt:types/events.go). `type` is the value of tm.event.
import type { AbciEvent, ExecTxResult, FinalizeBlockResponse } from '../abci/application.ts';
import { toHexUpper } from '../encoding/bytes.ts';
import type { Block } from '../types/block.ts';
import type { BlockId } from '../types/block-id.ts';
import type { Evidence } from '../types/evidence.ts';
import type { Header } from '../types/header.ts';
import { txHash } from '../types/tx.ts';
import type { Validator } from '../types/validator.ts';
import type { Vote } from '../types/vote.ts';

export type BlockEventData =
  | { readonly type: 'NewBlock'; readonly block: Block; readonly blockId: BlockId; readonly result: FinalizeBlockResponse }
  | { readonly type: 'NewBlockHeader'; readonly header: Header }
  | { readonly type: 'NewBlockEvents'; readonly height: bigint; readonly events: readonly AbciEvent[]; readonly numTxs: bigint }
  | { readonly type: 'NewEvidence'; readonly height: bigint; readonly evidence: Evidence }
  | { readonly type: 'Tx'; readonly height: bigint; readonly index: number; readonly tx: Uint8Array; readonly result: ExecTxResult }
  | { readonly type: 'ValidatorSetUpdates'; readonly validatorUpdates: readonly Validator[] };

export type ConsensusEventData =
  | { readonly type: 'Vote'; readonly vote: Vote }
  | {
      readonly type: 'NewRound';
      readonly height: bigint;
      readonly round: number;
      readonly step: string;
      readonly proposer: { readonly address: Uint8Array; readonly index: number };
    }
  | { readonly type: 'CompleteProposal'; readonly height: bigint; readonly round: number; readonly step: string; readonly blockId: BlockId }
  | {
      readonly type: 'NewRoundStep' | 'Polka' | 'Lock' | 'Unlock' | 'Relock' | 'TimeoutPropose' | 'TimeoutWait' | 'ValidBlock';
      readonly height: bigint;
      readonly round: number;
      readonly step: string;
    };

export type EventData = BlockEventData | ConsensusEventData;

/** Composite key (tm.event, tx.hash, type.attribute) to its values, in order of appearance. */
export type EventTags = ReadonlyMap<string, readonly string[]>;

export const EVENT_TYPE_TAG = 'tm.event';
export const TX_HASH_TAG = 'tx.hash';
export const TX_HEIGHT_TAG = 'tx.height';
export const BLOCK_HEIGHT_TAG = 'block.height';

function add(tags: Map<string, string[]>, tag: string, value: string): void {
  const values = tags.get(tag);
  if (values === undefined) tags.set(tag, [value]);
  else values.push(value);
}

/** Attributes under "type.key"; events without a type and attributes without a key are left out. */
function addEvents(tags: Map<string, string[]>, events: readonly AbciEvent[]): void {
  for (const e of events) {
    if (e.type === '') continue;
    for (const a of e.attributes) if (a.key !== '') add(tags, `${e.type}.${a.key}`, a.value);
  }
}

/** The tags by which subscriptions choose an event (cmt:types/event_bus.go). */
export function eventTags(data: EventData): EventTags {
  const tags = new Map<string, string[]>();
  if (data.type === 'NewBlock') addEvents(tags, data.result.events);
  else if (data.type === 'NewBlockEvents') addEvents(tags, data.events);
  else if (data.type === 'Tx') addEvents(tags, data.result.events);
  add(tags, EVENT_TYPE_TAG, data.type);
  if (data.type === 'Tx') {
    add(tags, TX_HASH_TAG, toHexUpper(txHash(data.tx)));
    add(tags, TX_HEIGHT_TAG, data.height.toString());
  }
  return tags;
}

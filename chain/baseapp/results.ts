// What a transaction's outcome looks like in ABCI. Source: sdk:types/errors/abci.go, types/events.go MarkEventsToIndex.
import type { AbciEvent, ExecTxResult } from '../abci/application.ts';
import type { SdkError } from '../core/errors.ts';
import type { TxOutcome } from './run-tx.ts';

const EMPTY = new Uint8Array(0);

/** Events are marked for the index as they are made; a configured set is applied here. */
export function markIndexed(events: readonly AbciEvent[], indexEvents: ReadonlySet<string> | undefined): readonly AbciEvent[] {
  if (indexEvents === undefined || indexEvents.size === 0) return events;
  return events.map((e) => ({ type: e.type, attributes: e.attributes.map((a) => ({ ...a, index: indexEvents.has(`${e.type}.${a.key}`) })) }));
}

export function toExecTxResult(o: TxOutcome, indexEvents: ReadonlySet<string> | undefined): ExecTxResult {
  return {
    code: o.error?.code ?? 0,
    data: o.data,
    log: o.error?.message ?? '',
    info: '',
    // Go's int64(uint64): an unlimited meter shows as -1.
    gasWanted: BigInt.asIntN(64, o.gas.gasWanted),
    gasUsed: BigInt.asIntN(64, o.gas.gasUsed),
    events: markIndexed(o.events, indexEvents),
    codespace: o.error?.codespace ?? '',
  };
}

export function errorResult(e: SdkError): ExecTxResult {
  return { code: e.code, data: EMPTY, log: e.message, info: '', gasWanted: 0n, gasUsed: 0n, events: [], codespace: e.codespace };
}

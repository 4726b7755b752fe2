// A transaction with its result, in the JSON of cosmos.base.abci.v1beta1.TxResponse.

import { Tx } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { type JsonValue, jsonText, toJson } from '../../../proto/json.ts';
import { findMessage, type MessageType } from '../../../proto/registry.ts';
import { fromBase64, toHexUpper } from '../../encoding/bytes.ts';
import type { Json } from '../rpc-client.ts';

/** The transaction as proto JSON with its @type; undefined where it does not decode. */
export function txJson(bytes: Uint8Array): JsonValue | undefined {
  try {
    const type = findMessage(Tx.name) as MessageType;
    return { '@type': `/${Tx.name}`, ...(JSON.parse(jsonText(toJson(type, Tx.decode(bytes)))) as Record<string, JsonValue>) };
  } catch {
    return undefined;
  }
}

/** From an answer of /tx or an item of /tx_search. */
export function txResponseJson(answer: Json, timestamp: string): Record<string, unknown> {
  const r = answer.tx_result ?? {};
  const bytes = fromBase64(answer.tx ?? '');
  return {
    height: String(answer.height ?? '0'),
    txhash: answer.hash,
    codespace: r.codespace ?? '',
    code: r.code ?? 0,
    data: typeof r.data === 'string' ? toHexUpper(fromBase64(r.data)) : '',
    raw_log: r.log ?? '',
    logs: [],
    info: r.info ?? '',
    gas_wanted: String(r.gas_wanted ?? '0'),
    gas_used: String(r.gas_used ?? '0'),
    tx: txJson(bytes) ?? null,
    timestamp,
    events: r.events ?? [],
  };
}

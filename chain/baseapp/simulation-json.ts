// The answer of the old "/app/simulate" query: cosmos.base.abci.v1beta1.SimulationResponse as proto JSON.
import { toBase64 } from '../encoding/bytes.ts';
import type { TxOutcome } from './run-tx.ts';

export function simulationJson(o: TxOutcome): string {
  return JSON.stringify({
    gas_info: { gas_wanted: o.gas.gasWanted.toString(), gas_used: o.gas.gasUsed.toString() },
    result: {
      data: toBase64(o.data),
      log: '',
      events: o.events,
      msg_responses: o.msgResponses.map((m) => ({ type_url: m.typeUrl, value: toBase64(m.value) })),
    },
  });
}

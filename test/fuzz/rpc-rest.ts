// The REST gateway: any path, query and body gets JSON: the answer, or {code, message, details}.
import { Gateway } from '../../chain/rpc/rest/gateway.ts';
import { testBackend } from '../../chain/rpc/testing/test-backend.ts';
import type { FuzzTarget } from './target.ts';

const text = new TextEncoder();
const backend = testBackend();
backend.onGrpc = async () => ({ value: new Uint8Array(0), height: 1n });
const gateway = new Gateway(backend);

const SAMPLES = [
  'GET /cosmos/bank/v1beta1/balances/trellis1x?pagination.limit=5&pagination.key=AAAA&resolve_denom=true\n',
  'GET /cosmos/bank/v1beta1/denoms_metadata/ibc/ABC\n',
  'GET /cosmos/base/tendermint/v1beta1/blocks/2\n',
  'GET /cosmos/tx/v1beta1/txs?query=tx.height%3E1&order_by=ORDER_BY_DESC&events=a&events=b\n',
  'POST /cosmos/tx/v1beta1/simulate\n{"tx_bytes":"CgA="}',
  'POST /cosmos/tx/v1beta1/encode\n{"tx":{"body":{"messages":[{"@type":"/cosmos.bank.v1beta1.MsgSend","from_address":"a","amount":[{"denom":"u","amount":"1"}]}],"memo":"x"},"auth_info":{"fee":{"gas_limit":"5"}},"signatures":["AA=="]}}',
  'POST /cosmos/tx/v1beta1/txs\n{"tx_bytes":"AAAA","mode":"BROADCAST_MODE_SYNC"}',
];

export const target: FuzzTarget = {
  name: 'rpc-rest',
  corpus: () => SAMPLES.map((s) => text.encode(s)),
  run: async (input) => {
    const whole = Buffer.from(input).toString('utf8');
    const line = whole.split('\n', 1)[0] as string;
    const [verb = '', url = ''] = line.split(' ', 2);
    const [path = '', query = ''] = url.split('?', 2);
    const reply = await gateway.serve({ verb, path, query, contentType: 'application/json', body: whole.slice(line.length + 1), height: 0n });
    const json = JSON.parse(reply.text) as { code?: unknown; message?: unknown };
    if (reply.status !== 200 && (typeof json.code !== 'number' || typeof json.message !== 'string')) throw new Error(`not an error: ${reply.text}`);
    if (/is not a function|undefined|Cannot |Maximum call stack/.test(reply.status === 200 ? '' : String(json.message)))
      throw new Error(`a defect shows as an answer: ${reply.text}`);
  },
};

// Replies of a node to the light client's provider, mutated: each is an answer of the right form or a LightError, never anything else.
import { fromUtf8, utf8 } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { jSignedHeader, jValidator } from '../../chain/types/json/validators.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { LightError } from '../../lightclient/errors.ts';
import type { Provider } from '../../lightclient/provider.ts';
import { type Fetch, rpcProvider } from '../../lightclient/providers/rpc.ts';
import { makeHistory } from '../../lightclient/testing/chain.ts';
import type { FuzzTarget } from './target.ts';

installNative(() => {});
const [block] = makeHistory('fuzz-1', 1, () => ({ 1: 10n, 2: 5n })).blocks as [LightBlock];
const reply = (result: object): Uint8Array => utf8(JSON.stringify({ jsonrpc: '2.0', id: -1, result }));
const validators = block.validatorSet.validators.map((v) => jValidator.to(v));
const proof = { ops: [{ type: 'ics23:iavl', key: 'AA==', data: 'CgA=' }] };
const SAMPLES: readonly Uint8Array[] = [
  reply({ signed_header: jSignedHeader.to(block.signedHeader), canonical: true }),
  reply({ block_height: '1', validators, count: '2', total: '2' }),
  reply({ response: { code: 0, log: '', value: 'AQI=', height: '7', proofOps: proof } }),
  reply({ hash: 'AB', height: '3', index: 0, tx: 'AAEC', proof: { proof: { total: '2', index: '0', leaf_hash: 'AA==', aunts: ['AA=='] } } }),
  reply({ height: '3', txs_results: [{ code: 0, data: 'AA==', gas_wanted: '1', gas_used: '2' }, { code: 5 }] }),
  utf8('{"jsonrpc":"2.0","id":-1,"error":{"code":-32603,"message":"Internal error","data":"height 9 is not available, lowest height is 12"}}'),
];

const answering = (body: Uint8Array): Fetch => {
  let sent = false;
  return async () => {
    const read = async (): Promise<{ done: boolean; value?: Uint8Array }> => {
      if (sent) return { done: true };
      sent = true;
      return { done: false, value: body };
    };
    return {
      status: 200,
      body: {
        getReader: () => {
          sent = false;
          return { read, cancel: async () => undefined };
        },
      },
      arrayBuffer: async () => new ArrayBuffer(0),
    };
  };
};

const QUESTIONS: readonly ((p: Provider) => Promise<unknown>)[] = [
  (p) => p.lightBlock(),
  (p) => p.lightBlock(1n, block.validatorSet),
  (p) => p.state('bank', Uint8Array.of(1), 7n),
  (p) => p.tx(new Uint8Array(32)),
  (p) => p.results(3n),
];

export const target: FuzzTarget = {
  name: 'light-rpc',
  corpus: () => [...SAMPLES],
  async run(input) {
    const p = rpcProvider('http://fuzz', answering(input));
    for (const ask of QUESTIONS) {
      try {
        await ask(p);
      } catch (e) {
        if (!(e instanceof LightError)) throw new Error(`${fromUtf8(utf8(String(e)))}`, { cause: e });
      }
    }
  },
};

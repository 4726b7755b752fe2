// A provider over a node of Trellis: CometBFT's RPC, and its aids for light clients on the REST door (light-client.md §8).
import { fromUtf8, toHex } from '../../chain/encoding/bytes.ts';
import { LightError } from '../errors.ts';
import type { Provider } from '../provider.ts';
import { boundedBody, type Fetch, rpcProvider } from './rpc.ts';

const BUNDLE_BYTES_MAX = 262_144;

/** URLs without a slash at their ends. */
export function trellisProvider(rpcUrl: string, restUrl: string, fetch: Fetch): Provider {
  return {
    ...rpcProvider(rpcUrl, fetch),
    async bundle({ from, set, keys = [], tx, block }) {
      const query = [
        `from=${from}`,
        ...(set === undefined ? [] : [`set=${toHex(set)}`]),
        ...(keys.length === 0 ? [] : [`keys=${keys.map(({ store, key }) => `${store}:${toHex(key)}`).join()}`]),
        ...(tx === undefined ? [] : [`tx=${toHex(tx)}`]),
        ...(block === undefined ? [] : [`block=${block}`]),
      ];
      const url = `${restUrl}/light/v1/bundle?${query.join('&')}`;
      let body: Uint8Array;
      let status: number;
      try {
        const r = await fetch(url);
        status = r.status;
        body = await boundedBody(r, BUNDLE_BYTES_MAX);
      } catch (e) {
        throw e instanceof LightError ? e : new LightError('transport', `${restUrl}: ${(e as Error).message}`);
      }
      if (status !== 200) throw new LightError('not-found', `${restUrl}: ${fromUtf8(body)}`);
      return body;
    },
  };
}

// State snapshots from a peer: any bytes are restored, or refused with ErrSnapshot while the store stays empty. Odd inputs are compressed
// first, so that mutations reach the items behind the compression.
import { deflateSync, inflateSync } from 'node:zlib';
import { openCommitMultiStore } from '../../chain/store/multistore.ts';
import { ErrSnapshot } from '../../chain/store/query-errors.ts';
import { exportSnapshot, restoreSnapshot, SNAPSHOT_FORMAT } from '../../chain/store/snapshot.ts';
import { reference, TEST_STORES } from '../../chain/store/testing.ts';
import type { FuzzTarget } from './target.ts';

let appHash: Uint8Array = new Uint8Array(32);

export const target: FuzzTarget = {
  name: 'store-snapshot',
  async corpus() {
    const store = await reference(4);
    appHash = store.last.appHash;
    const chunks: Uint8Array[] = [];
    for await (const c of exportSnapshot(store, 4n)) chunks.push(c);
    const whole = Buffer.concat(chunks);
    return [Buffer.concat([Buffer.from([0]), whole]), Buffer.concat([Buffer.from([1]), inflateSync(whole)])];
  },
  inputBytesMax: 8192,
  async run(input) {
    const store = await openCommitMultiStore({ mode: 'custom', stores: TEST_STORES });
    const body = input.subarray(1);
    const chunks = [(input[0] ?? 0) % 2 === 1 ? deflateSync(body) : body];
    try {
      await restoreSnapshot(store, { height: 4n, format: SNAPSHOT_FORMAT, chunks, appHash });
    } catch (e) {
      if (!ErrSnapshot.is(e)) throw e;
      if (store.last.height !== 0n || store.trees.nodes.used !== 0) throw new Error('a refused snapshot left something behind');
    }
  },
};

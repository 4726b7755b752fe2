// ABCI queries: any path (up to the first zero byte) with any data gets an answer, and never one that is a fault of ours.
import { fromUtf8, utf8 } from '../../chain/encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../../chain/encoding/time.ts';
import { readRecording } from '../differential/app/recording.ts';
import { blockRequest } from '../differential/app/replay.ts';
import { BROKEN, fuzzApp } from './support/app.ts';
import type { FuzzTarget } from './target.ts';

const app = await fuzzApp();
await app.finalizeBlock(blockRequest(1n, readRecording().genesisTime + NANOS_PER_SECOND, []));
await app.commit();
const EXTRA = ['/store/bank/key', '/store/acc/subspace', '/app/simulate', '/app/version', '/p2p/filter/id/x', ''];

export const target: FuzzTarget = {
  name: 'app-query',
  corpus: () =>
    [...app.options.queries.methods, ...EXTRA].flatMap((path) => ['', '\n\x05utrel', '\n\x01x', '\x12\x02\x18\x01'].map((data) => utf8(`${path}\0${data}`))),
  inputBytesMax: 1 << 12,
  run: async (input) => {
    const end = input.indexOf(0);
    let path: string;
    try {
      path = fromUtf8(end < 0 ? input : input.subarray(0, end));
    } catch {
      return;
    }
    const data = end < 0 ? new Uint8Array(0) : input.subarray(end + 1);
    const r = await app.query({ path, data, height: BigInt((input[0] ?? 0) % 3) - 1n, prove: (input[1] ?? 0) % 2 === 0 });
    if (r.code === 111222 && BROKEN.test(r.log)) throw new Error(r.log);
  },
};

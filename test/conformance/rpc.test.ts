// Recorded replies of sets that belong to later work, held to the same rule: read and written again they are unchanged.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkReply } from './rpc-replies.ts';

const root = process.env.TRELLIS_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(`${root}/${path}`, 'utf8'));

describe.skipIf(!existsSync(`${root}/simd-recorded`))('simd-recorded', () => {
  for (const kind of ['commit', 'validators', 'block', 'block_results', 'abci_info', 'status', 'health', 'consensus_params']) {
    it(`${kind} reads and writes the same`, () => {
      const files = readdirSync(`${root}/simd-recorded`).filter((f) => f === `${kind}.json` || new RegExp(`^${kind}-\\d+\\.json$`).test(f));
      expect(files.length).toBeGreaterThan(0);
      for (const f of files) checkReply(kind, json(`simd-recorded/${f}`).result);
    });
  }
});

describe.skipIf(!existsSync(`${root}/relayer-samples`))('relayer-samples', () => {
  const files = existsSync(`${root}/relayer-samples`) ? readdirSync(`${root}/relayer-samples`) : [];
  it.each(files.filter((f) => /__rpc_|__ws_resp_tendermint_event/.test(f)))('%s', (f) => {
    const { response, request } = json(`relayer-samples/${f}`);
    if (response.error !== undefined) return;
    checkReply(request?.method ?? /__rpc_([a-z_]+)\.json/.exec(f)?.[1] ?? 'event', response.result);
  });
});

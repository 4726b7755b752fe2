// A recorded chain of Go simd (simd-recorded): each header by a step from the one before and by a skip from the first, its validators, results,
// block and proofs, all read by the light client's own provider from the recorded replies.
import { deepEqual, equal } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { merkleRoot } from '../../chain/crypto/merkle.ts';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { fromBase64, fromHex, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { consensusParamsHash } from '../../chain/types/consensus-params.ts';
import { headerHash } from '../../chain/types/header.ts';
import { jFullConsensusParams } from '../../chain/types/json/consensus-params.ts';
import { fromJson } from '../../chain/types/json/json-codec.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { provenValue } from '../../lightclient/proofs/state.ts';
import { provenResult } from '../../lightclient/proofs/tx.ts';
import { type Fetch, rpcProvider } from '../../lightclient/providers/rpc.ts';
import { conclude } from '../../lightclient/verifier/conclude.ts';
import { DEFAULT_VERIFY_OPTIONS, plan } from '../../lightclient/verifier/plan.ts';
import type { Handlers, VectorFile } from './runner.ts';

installNative(() => {});
const FIRST = 62n;
const SECOND = 1_000_000_000n;

const reply = (bytes: Uint8Array): Awaited<ReturnType<Fetch>> => ({ status: 200, body: null, arrayBuffer: async () => Uint8Array.from(bytes).buffer });

/** The recorded replies as a node; `state` answers the one that is asked next. */
function recorded(folder: string, state?: unknown) {
  const fetch: Fetch = async (url) => {
    const { pathname, searchParams } = new URL(url);
    const method = pathname.slice(1);
    if (method === 'abci_query') return reply(utf8(JSON.stringify(state)));
    return reply(new Uint8Array(readFileSync(join(folder, `${method}-${searchParams.get('height')}.json`))));
  };
  return rpcProvider('http://recorded', fetch);
}

const heightOf = (file: VectorFile): bigint => BigInt(/-(\d+)\.json$/.exec(file.path)?.[1] as string);
const blockAt = (file: VectorFile, height: bigint): Promise<LightBlock> => recorded(dirname(file.absolute)).lightBlock(height);
const has = (file: VectorFile, kind: string, height: bigint): boolean => existsSync(join(dirname(file.absolute), `${kind}-${height}.json`));

async function step(file: VectorFile, from: bigint, to: bigint): Promise<void> {
  const [trusted, next] = [await blockAt(file, from), await blockAt(file, to)];
  const p = plan(
    { header: trusted.signedHeader.header, validators: trusted.validatorSet },
    next,
    DEFAULT_VERIFY_OPTIONS,
    next.signedHeader.header.time + SECOND,
  );
  deepEqual(conclude(p, verifyEach(p.checks)), { type: 'ok' });
}

interface Query {
  readonly path: string;
  readonly data_hex: string;
  readonly height: number;
  readonly verify_against_app_hash_of_header: number;
  readonly answer: unknown;
}

export const handlers: Handlers = {
  'simd-recorded/commit-*.json': async (file, t) => {
    const height = heightOf(file);
    await t.case('by a skip from the first', async () => {
      if (height > FIRST) await step(file, FIRST, height);
      else equal(toHex(headerHash((await blockAt(file, height)).signedHeader.header)).length, 64);
    });
    if (height > FIRST) await t.case('by a step from the one before', () => step(file, height - 1n, height));
  },
  'simd-recorded/validators-*.json': async (file, t) => {
    await t.case('are those of the header', async () => {
      const b = await blockAt(file, heightOf(file));
      equal(toHex(b.validatorSet.hash()), toHex(b.signedHeader.header.validatorsHash));
    });
  },
  'simd-recorded/block-*.json': async (file, t) => {
    await t.case('is the header, and the header its transactions', async () => {
      const { header } = (await blockAt(file, heightOf(file))).signedHeader;
      const { block_id, block } = file.json().result;
      equal(block_id.hash.toLowerCase(), toHex(headerHash(header)));
      const leaves = (block.data.txs as string[]).map((x) => sha256(fromBase64(x)));
      equal(toHex(merkleRoot(leaves)), toHex(header.dataHash));
    });
  },
  'simd-recorded/block_results-*.json': async (file, t) => {
    const height = heightOf(file);
    if (!has(file, 'commit', height + 1n)) return t.leaveOut('results', 'the header that proves it is not recorded');
    await t.case('are proven by the next header', async () => {
      const p = recorded(dirname(file.absolute));
      const results = await p.results(height);
      const { lastResultsHash } = (await blockAt(file, height + 1n)).signedHeader.header;
      if (results.length === 0) equal(toHex(merkleRoot([])), toHex(lastResultsHash));
      else for (const i of results.keys()) equal(provenResult(results, i, lastResultsHash), results[i]);
    });
  },
  'simd-recorded/abci_query-*.json': async (file, t) => {
    for (const [name, q] of Object.entries(file.json() as Record<string, Query>)) {
      const header = BigInt(q.verify_against_app_hash_of_header);
      if (!has(file, 'commit', header)) {
        t.leaveOut(name, 'the header that proves it is not recorded');
        continue;
      }
      await t.case(name, async () => {
        const store = q.path.split('/')[2] as string;
        const key = fromHex(q.data_hex.toLowerCase());
        const answer = await recorded(dirname(file.absolute), q.answer).state(store, key, BigInt(q.height));
        const { appHash } = (await blockAt(file, header)).signedHeader.header;
        const value = provenValue(answer, store, key, appHash);
        equal(value !== undefined, name.endsWith('-exist'));
        // Under another header, store or key it proves nothing.
        const other = Uint8Array.from(appHash, (b, i) => (i === 0 ? b ^ 1 : b));
        for (const wrong of [
          () => provenValue(answer, store, key, other),
          () => provenValue(answer, 'gov', key, appHash),
          () => provenValue({ ...answer, value: utf8('x') }, store, key, appHash),
        ]) {
          let refused = false;
          try {
            wrong();
          } catch {
            refused = true;
          }
          equal(refused, true);
        }
      });
    }
  },
  'simd-recorded/consensus_params.json': async (file, t) => {
    await t.case('are those of the header', async () => {
      const { block_height, consensus_params } = file.json().result;
      const { header } = (await blockAt(file, BigInt(block_height))).signedHeader;
      equal(toHex(consensusParamsHash(fromJson(jFullConsensusParams, consensus_params, 'consensus_params'))), toHex(header.consensusHash));
    });
  },
  'simd-recorded/*.json': (_, t) => t.leaveOut('reply', 'no header commits to it'),
};

// Blocks, headers, commits and results (cmt:rpc/core/blocks.go).
import { ZERO_BLOCK_ID } from '../../../types/block-id.ts';
import { blockResultsJson } from '../json/abci.ts';
import { blockIdToJson, blockMetaToJson, blockToJson, commitToJson, headerToJson } from '../json/chain.ts';
import { type MethodTable, method } from '../method.ts';
import { bytes, hexBytes, int64, optionalInt64 } from '../params.ts';
import { heightOr } from './heights.ts';

const BLOCKCHAIN_MAX = 20n;
const NO_BLOCK = { block_id: blockIdToJson(ZERO_BLOCK_ID), block: null };

function range(base: bigint, height: bigint, min: bigint, max: bigint): readonly [bigint, bigint] {
  if (min < 0n || max < 0n) throw new Error('heights must be non-negative');
  let low = min === 0n ? 1n : min;
  let high = max === 0n ? height : max;
  if (high > height) high = height;
  if (low < base) low = base;
  if (low < high - BLOCKCHAIN_MAX + 1n) low = high - BLOCKCHAIN_MAX + 1n;
  if (low > high) throw new Error(`min height ${low} can't be greater than max height ${high}`);
  return [low, high];
}

export const blockMethods: MethodTable = {
  blockchain: method(
    { minHeight: int64, maxHeight: int64 },
    async ({ minHeight, maxHeight }, { backend: { chain } }) => {
      const [low, high] = range(chain.base, chain.height, minHeight, maxHeight);
      const metas: unknown[] = [];
      for (let h = high; h >= low; h--) {
        const meta = await chain.meta(h);
        metas.push(meta === undefined ? null : blockMetaToJson(meta));
      }
      return { last_height: chain.height.toString(), block_metas: metas };
    },
    { cacheable: true },
  ),

  block: method(
    { height: optionalInt64 },
    async ({ height }, { backend }) => {
      const at = heightOr(backend, backend.chain.height, height);
      const [block, meta] = await Promise.all([backend.chain.block(at), backend.chain.meta(at)]);
      if (block === undefined || meta === undefined) return NO_BLOCK;
      return { block_id: blockIdToJson(meta.blockId), block: blockToJson(block) };
    },
    { cacheable: 'height' },
  ),

  block_by_hash: method(
    { hash: bytes },
    async ({ hash }, { backend: { chain } }) => {
      const block = await chain.blockByHash(hash);
      const meta = block && (await chain.meta(block.header.height));
      if (block === undefined || meta === undefined) return NO_BLOCK;
      return { block_id: blockIdToJson(meta.blockId), block: blockToJson(block) };
    },
    { cacheable: true },
  ),

  block_results: method(
    { height: optionalInt64 },
    async ({ height }, { backend }) => {
      const at = heightOr(backend, backend.chain.height, height);
      const results = await backend.chain.results(at);
      if (results === undefined) throw new Error(`could not find results for height #${at}`);
      return blockResultsJson(at, results);
    },
    { cacheable: 'height' },
  ),

  commit: method(
    { height: optionalInt64 },
    async ({ height }, { backend }) => {
      const { chain } = backend;
      const latest = chain.height;
      const at = heightOr(backend, latest, height);
      const meta = await chain.meta(at);
      if (meta === undefined) return null;
      // The latest block's canonical commit comes with the next block; until then there is the one this node saw.
      const canonical = at !== latest;
      const commit = await (canonical ? chain.commit(at) : chain.seenCommit(at));
      return { signed_header: { header: headerToJson(meta.header), commit: commit === undefined ? null : commitToJson(commit) }, canonical };
    },
    { cacheable: 'height' },
  ),

  header: method(
    { height: optionalInt64 },
    async ({ height }, { backend }) => {
      const meta = await backend.chain.meta(heightOr(backend, backend.chain.height, height));
      return { header: meta === undefined ? null : headerToJson(meta.header) };
    },
    { cacheable: 'height' },
  ),

  header_by_hash: method(
    { hash: hexBytes },
    async ({ hash }, { backend: { chain } }) => {
      const meta = await chain.metaByHash(hash);
      return { header: meta === undefined ? null : headerToJson(meta.header) };
    },
    { cacheable: true },
  ),
};

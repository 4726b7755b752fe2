// Transactions and blocks by hash or query, over the index (cmt:rpc/core/tx.go, blocks.go BlockSearch).
import { toHexUpper } from '../../../encoding/bytes.ts';
import { parseQuery } from '../../../execution/query/parser.ts';
import { txHash, txProof } from '../../../types/tx.ts';
import type { Backend, IndexedTx } from '../../backend.ts';
import { base64, execTxResultJson } from '../json/abci.ts';
import { blockIdToJson, blockToJson, hex, txProofToJson } from '../json/chain.ts';
import { type MethodTable, method } from '../method.ts';
import { bool, bytes, optionalInt, string } from '../params.ts';
import { QUERY_LENGTH_MAX } from '../subscriptions.ts';
import { checkPage, perPage, skipOf } from './heights.ts';

async function txJson({ chain }: Backend, r: IndexedTx, hash: Uint8Array, prove: boolean) {
  const block = prove ? await chain.block(r.height) : undefined;
  return {
    hash: hex(hash),
    height: r.height.toString(),
    index: r.index,
    tx_result: execTxResultJson(r.result),
    tx: base64(r.tx),
    proof: block === undefined ? undefined : txProofToJson(txProof(block.data.txs, r.index)),
  };
}

function orderOf(text: string, byDefault: 'asc' | 'desc'): 'asc' | 'desc' {
  if (text === '') return byDefault;
  if (text === 'asc' || text === 'desc') return text;
  throw new Error('expected order_by to be either `asc` or `desc` or empty');
}

export const searchMethods: MethodTable = {
  tx: method(
    { hash: bytes, prove: bool },
    async ({ hash, prove }, { backend }) => {
      if (!backend.search.enabled) throw new Error('transaction indexing is disabled');
      if (hash.length === 0) throw new Error('transaction hash cannot be empty');
      const found = await backend.search.tx(hash);
      if (found === undefined) throw new Error(`tx (${toHexUpper(hash)}) not found`);
      return txJson(backend, found, hash, prove);
    },
    { cacheable: true },
  ),

  tx_search: method(
    { query: string, prove: bool, page: optionalInt, per_page: optionalInt, order_by: string },
    async ({ query, prove, page, per_page, order_by }, { backend }) => {
      if (!backend.search.enabled) throw new Error('transaction indexing is disabled');
      if (Buffer.byteLength(query) > QUERY_LENGTH_MAX) throw new Error('maximum query length exceeded');
      const conditions = parseQuery(query);
      const size = perPage(per_page);
      const { total, items } = await backend.search.txs(conditions, { order: orderOf(order_by, 'asc'), skip: skipOf(page, size), limit: size });
      checkPage(page, size, total);
      return { txs: await Promise.all(items.map((r) => txJson(backend, r, txHash(r.tx), prove))), total_count: total.toString() };
    },
  ),

  block_search: method(
    { query: string, page: optionalInt, per_page: optionalInt, order_by: string },
    async ({ query, page, per_page, order_by }, { backend }) => {
      if (!backend.search.enabled) throw new Error('block indexing is disabled');
      if (Buffer.byteLength(query) > QUERY_LENGTH_MAX) throw new Error('maximum query length exceeded');
      const conditions = parseQuery(query);
      const size = perPage(per_page);
      const { total, items } = await backend.search.blocks(conditions, { order: orderOf(order_by, 'desc'), skip: skipOf(page, size), limit: size });
      checkPage(page, size, total);
      const blocks: unknown[] = [];
      for (const height of items) {
        const [block, meta] = await Promise.all([backend.chain.block(height), backend.chain.meta(height)]);
        if (block !== undefined && meta !== undefined) blocks.push({ block_id: blockIdToJson(meta.blockId), block: blockToJson(block) });
      }
      return { blocks, total_count: total.toString() };
    },
  ),
};

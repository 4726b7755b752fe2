// The chain that Go CometBFT makes with our application: traffic through its RPC, and what it holds afterwards.

import type { FinalizeBlockResponse } from '../../../chain/abci/application.ts';
import { blockResultsFromJson } from '../../../chain/rpc/comet/json/abci-read.ts';
import type { Block } from '../../../chain/types/block.ts';
import type { BlockId } from '../../../chain/types/block-id.ts';
import type { Commit } from '../../../chain/types/commit.ts';
import type { Header } from '../../../chain/types/header.ts';
import { jBlock } from '../../../chain/types/json/block.ts';
import { jBlockId, jHeader } from '../../../chain/types/json/header.ts';
import { fromJson } from '../../../chain/types/json/json-codec.ts';
import { jCommit } from '../../../chain/types/json/votes.ts';
import type { CometNode } from '../../../testnet/launcher/comet-node.ts';
import { rpcResult } from '../../../testnet/launcher/rpc.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import { type BroadcastReply, broadcastBatch } from '../load.ts';
import type { Case } from '../traffic/cases.ts';
import { txHashHex } from '../traffic/signer.ts';

/** "sdk 5"; "" is code 0; "cache" is refused by the mempool itself. */
export function outcome(r: { readonly code: number; readonly codespace?: string; readonly log?: string }): string {
  if (r.code === -1 && r.log?.includes('tx already exists in cache')) return 'cache';
  return r.code === 0 ? '' : `${r.codespace ?? ''} ${r.code}`;
}

export interface Sent {
  readonly sent: number;
  /** How often each outcome came. */
  readonly outcomes: Map<string, number>;
  readonly wrong: string[];
}

/** Sends the cases `perBlock` a block (10 at most), until `enough`; compares what CheckTx says. */
export async function sendCases(node: CometNode, makeSet: () => readonly Case[], perBlock: number, enough: (height: number) => boolean): Promise<Sent> {
  const result: Sent = { sent: 0, outcomes: new Map(), wrong: [] };
  let sent = 0;
  let pending: { readonly name: string; readonly index: number; readonly tx: Uint8Array; readonly allowed: readonly string[] }[] = [];
  for (let height = await node.height(); !enough(height); ) {
    if (pending.length < perBlock) {
      const more = makeSet().flatMap((c) =>
        c.txs.map((tx, index) => {
          const check = c.check[index] as string;
          // The transactions before may be in a block by now.
          return { name: c.name, index, tx, allowed: index === 0 || check === 'cache' ? [check] : [check, c.block[index] as string] };
        }),
      );
      pending = [...pending, ...more];
    }
    const batch = pending.splice(0, perBlock);
    const replies = await broadcastBatch(
      node.rpc,
      batch.map((b) => b.tx),
    );
    for (const [i, reply] of (replies as (BroadcastReply & { codespace?: string })[]).entries()) {
      const b = batch[i];
      if (b === undefined) throw new Error('more replies than calls');
      const got = outcome(reply);
      sent++;
      result.outcomes.set(got, (result.outcomes.get(got) ?? 0) + 1);
      if (!b.allowed.includes(got))
        result.wrong.push(`${b.name} #${b.index}: CheckTx gave ${JSON.stringify(got)}, want ${b.allowed.join(' or ')}: ${reply.log}`);
    }
    const before = height;
    height = await waitFor(`a block after ${before}`, async () => {
      const h = await node.height();
      return h > before ? h : undefined;
    });
  }
  return { ...result, sent };
}

export interface GoHeight {
  readonly block: Block;
  readonly id: BlockId;
  /** From the commit endpoint. */
  readonly header: Header;
  readonly commit: Commit;
  readonly results: FinalizeBlockResponse;
}

interface BlockReply {
  readonly block_id: unknown;
  readonly block: unknown;
}
interface CommitReply {
  readonly signed_header: { readonly header: unknown; readonly commit: unknown };
}

export async function fetchHeight(rpc: string, height: number): Promise<GoHeight> {
  const [b, c, r] = await Promise.all([
    rpcResult<BlockReply>(rpc, `block?height=${height}`),
    rpcResult<CommitReply>(rpc, `commit?height=${height}`),
    rpcResult<object>(rpc, `block_results?height=${height}`),
  ]);
  return {
    block: fromJson(jBlock, b.block, 'block'),
    id: fromJson(jBlockId, b.block_id, 'block_id'),
    header: fromJson(jHeader, c.signed_header.header, 'header'),
    commit: fromJson(jCommit, c.signed_header.commit, 'commit'),
    results: blockResultsFromJson(r),
  };
}

export async function fetchChain(rpc: string, to: number, from = 1): Promise<GoHeight[]> {
  const out: GoHeight[] = [];
  for (let h = from; h <= to; h += 8) {
    const heights = Array.from({ length: Math.min(8, to - h + 1) }, (_, i) => h + i);
    out.push(...(await Promise.all(heights.map((x) => fetchHeight(rpc, x)))));
  }
  return out;
}

export interface ChainCounts {
  readonly blocks: number;
  readonly withTxs: number;
  readonly txs: number;
  readonly failed: number;
  readonly outcomes: Map<string, number>;
}

export function countChain(chain: readonly GoHeight[]): ChainCounts {
  const outcomes = new Map<string, number>();
  let [withTxs, txs, failed] = [0, 0, 0];
  for (const { block, results } of chain) {
    if (block.data.txs.length > 0) withTxs++;
    for (const r of results.txResults) {
      txs++;
      if (r.code !== 0) failed++;
      const o = outcome(r);
      outcomes.set(o, (outcomes.get(o) ?? 0) + 1);
    }
  }
  return { blocks: chain.length, withTxs, txs, failed, outcomes };
}

/** Compares the outcomes of cases in the chain; gives the number of transactions found, and what is wrong. */
export function judgeCases(chain: readonly GoHeight[], cases: readonly Case[]): { found: number; missing: number; wrong: string[] } {
  // The same bytes may be in a block twice: outcomes in order.
  const byHash = new Map<string, string[]>();
  for (const { block, results } of chain) {
    for (const [i, tx] of block.data.txs.entries()) {
      const hash = txHashHex(tx);
      const r = results.txResults[i];
      if (r !== undefined) byHash.set(hash, [...(byHash.get(hash) ?? []), outcome(r)]);
    }
  }
  let [found, missing] = [0, 0];
  const wrong: string[] = [];
  for (const c of cases) {
    const taken = new Map<string, number>();
    for (const [i, tx] of c.txs.entries()) {
      const hash = txHashHex(tx);
      const at = taken.get(hash) ?? 0;
      taken.set(hash, at + 1);
      const got = byHash.get(hash)?.[at];
      if (got === undefined) missing++;
      else if (got === c.block[i]) found++;
      else wrong.push(`${c.name} #${i}: its block gave ${JSON.stringify(got)}, want ${JSON.stringify(c.block[i])}`);
    }
  }
  return { found, missing, wrong };
}

export function countsText(outcomes: ReadonlyMap<string, number>): string {
  return [...outcomes]
    .sort((a, b) => b[1] - a[1])
    .map(([o, n]) => `${o === '' ? 'ok' : o}: ${n}`)
    .join(', ');
}

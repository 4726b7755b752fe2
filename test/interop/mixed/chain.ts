// The chain as a node tells it, for comparing nodes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestNode } from '../../../testnet/launcher/network.ts';

export interface ChainBlock {
  readonly height: number;
  readonly hash: string;
  readonly parts: string;
  readonly appHash: string;
  readonly proposer: string;
  /** In which the block was decided. */
  readonly round: number;
}

interface BlockReply {
  readonly block_id: { readonly hash: string; readonly parts: { readonly total: number; readonly hash: string } };
  readonly block: {
    readonly header: { readonly app_hash: string; readonly proposer_address: string };
    readonly last_commit: { readonly round: number };
  };
}

/** Blocks of `from` to `to`; the node must have the block after. */
export async function readChain(node: TestNode, from: number, to: number): Promise<ChainBlock[]> {
  const out: ChainBlock[] = [];
  let next = await node.result<BlockReply>(`block?height=${from}`);
  for (let height = from; height <= to; height++) {
    const b = next;
    next = await node.result<BlockReply>(`block?height=${height + 1}`);
    const { app_hash, proposer_address } = b.block.header;
    const { hash, parts } = b.block_id;
    out.push({ height, hash, parts: `${parts.total}:${parts.hash}`, appHash: app_hash, proposer: proposer_address, round: next.block.last_commit.round });
  }
  return out;
}

export const chainOf = (node: TestNode, height: number): Promise<ChainBlock[]> => readChain(node, 1, height);

/** How many blocks each node proposed. */
export async function proposerNames(nodes: readonly TestNode[], chain: readonly Pick<ChainBlock, 'proposer'>[]): Promise<Map<string, number>> {
  const names = new Map(
    nodes.map((n) => [(JSON.parse(readFileSync(join(n.home, 'config/priv_validator_key.json'), 'utf8')) as { address: string }).address, n.name]),
  );
  const out = new Map<string, number>();
  for (const b of chain) {
    const name = names.get(b.proposer) ?? b.proposer;
    out.set(name, (out.get(name) ?? 0) + 1);
  }
  return out;
}

// Compares what the nodes say of the chain while it grows: block id, part set and header of every height, and the application's own hash
// against the next header's. Every node is read from height 1 to its tip, whatever happened to it in between.
import type { TestNode } from '../../../testnet/launcher/network.ts';
import { rpcResult } from '../../../testnet/launcher/rpc.ts';

const CALL_MS = 3000;
/** CometBFT gives so many block metas a call. */
const METAS = 20;

interface BlockMeta {
  readonly block_id: { readonly hash: string; readonly parts: { readonly total: number; readonly hash: string } };
  readonly header: { readonly height: string; readonly time: string; readonly app_hash: string; readonly proposer_address: string };
  readonly num_txs: string;
}

interface Known {
  readonly meta: string;
  readonly appHash: string;
  readonly timeMs: number;
  /** When the first node told it. */
  readonly seenMs: number;
  readonly proposer: string;
  readonly told: Set<string>;
}

export interface WatchedBlock {
  readonly height: number;
  readonly txs: number;
}

export class ChainWatch {
  readonly #nodes: readonly TestNode[];
  readonly #known = new Map<number, Known>();
  readonly #next = new Map<string, number>();
  /** Application hashes that nodes told, until the header that must hold them is known. */
  #claims: { readonly node: string; readonly height: number; readonly hash: string }[] = [];
  readonly #onBlock: (b: WatchedBlock) => void;
  readonly disagreements: string[] = [];
  /** Application hashes compared with a header's. */
  appHashes = 0;
  #highest = 0;
  #grewAt = performance.now();

  constructor(nodes: readonly TestNode[], onBlock: (b: WatchedBlock) => void) {
    this.#nodes = nodes;
    this.#onBlock = onBlock;
  }

  get highest(): number {
    return this.#highest;
  }

  /** Milliseconds since a new height was seen. */
  get silentMs(): number {
    return performance.now() - this.#grewAt;
  }

  /** The last height read from a node. */
  heightOf(name: string): number {
    return (this.#next.get(name) ?? 1) - 1;
  }

  /** Reads on from every node that answers. */
  async poll(): Promise<void> {
    await Promise.all(this.#nodes.map((n) => this.#read(n).catch(() => undefined)));
    this.#settleClaims();
  }

  async #read(node: TestNode): Promise<void> {
    const { response } = await rpcResult<{ response: { last_block_height: string; last_block_app_hash: string } }>(node.rpc, 'abci_info', CALL_MS);
    if (Number(response.last_block_height) > 0) {
      const hash = Buffer.from(response.last_block_app_hash, 'base64').toString('hex').toUpperCase();
      this.#claims.push({ node: node.name, height: Number(response.last_block_height), hash });
    }
    for (;;) {
      const from = this.#next.get(node.name) ?? 1;
      const path = `blockchain?minHeight=${from}&maxHeight=${from + METAS - 1}`;
      const { last_height, block_metas } = await rpcResult<{ last_height: string; block_metas: readonly BlockMeta[] }>(node.rpc, path, CALL_MS);
      const metas = block_metas.map((m) => ({ ...m, height: Number(m.header.height) })).sort((a, b) => a.height - b.height);
      for (const m of metas) {
        if (m.height !== (this.#next.get(node.name) ?? 1)) break;
        this.#compare(node.name, m.height, m);
        this.#next.set(node.name, m.height + 1);
      }
      if ((this.#next.get(node.name) ?? 1) > Number(last_height) || (this.#next.get(node.name) ?? 1) === from) return;
    }
  }

  #compare(name: string, height: number, m: BlockMeta): void {
    const meta = JSON.stringify([m.block_id.hash, m.block_id.parts.total, m.block_id.parts.hash, m.header.app_hash, m.header.proposer_address, m.header.time]);
    const known = this.#known.get(height);
    if (known === undefined) {
      const { app_hash, proposer_address, time } = m.header;
      this.#known.set(height, { meta, appHash: app_hash, timeMs: Date.parse(time), seenMs: Date.now(), proposer: proposer_address, told: new Set([name]) });
      if (height > this.#highest) {
        this.#highest = height;
        this.#grewAt = performance.now();
      }
      this.#onBlock({ height, txs: Number(m.num_txs) });
      return;
    }
    if (known.meta !== meta) this.disagreements.push(`height ${height}: ${name} says ${meta}, ${[...known.told].join(', ')} said ${known.meta}`);
    known.told.add(name);
  }

  #settleClaims(): void {
    this.#claims = this.#claims.filter(({ node, height, hash }) => {
      const header = this.#known.get(height + 1);
      if (header === undefined) return true;
      this.appHashes++;
      if (header.appHash !== hash) this.disagreements.push(`height ${height}: the application of ${node} has ${hash}, the next header ${header.appHash}`);
      return false;
    });
  }

  /** Heights up to `height` that a node never told. */
  missing(height: number): string[] {
    const out: string[] = [];
    for (let h = 1; h <= height; h++) {
      const told = this.#known.get(h)?.told;
      for (const n of this.#nodes) if (told?.has(n.name) !== true) out.push(`${n.name} ${h}`);
    }
    return out;
  }

  /** How far the time of a block was from the clock of this machine when a node first told it, milliseconds; NaN where it was not read. */
  aheadMs(height: number): number {
    const known = this.#known.get(height);
    return known === undefined ? Number.NaN : known.timeMs - known.seenMs;
  }

  /** The longest time between two blocks, by their headers, and before which height. */
  longestGap(): { readonly ms: number; readonly height: number } {
    let longest = { ms: 0, height: 0 };
    for (const [height, { timeMs }] of this.#known) {
      const before = height === 2 ? undefined : this.#known.get(height - 1);
      if (before !== undefined && timeMs - before.timeMs > longest.ms) longest = { ms: timeMs - before.timeMs, height };
    }
    return longest;
  }

  /** Of every height, by address. */
  proposerList(): { readonly proposer: string }[] {
    return [...this.#known.values()];
  }
}

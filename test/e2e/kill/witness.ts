// What a chain has told, kept outside of its process: once seen, never different, and never gone.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../../chain/encoding/bytes.ts';
import { readWalFile } from '../../../chain/engine/wal.ts';
import type { Checks } from '../../checks.ts';
import { requirePastSupply } from './past.ts';

export async function get<T>(rpc: string, path: string): Promise<T> {
  const r = await fetch(`${rpc}/${path}`, { signal: AbortSignal.timeout(5000) });
  const body = (await r.json()) as { result?: T; error?: object };
  if (body.result === undefined) throw new Error(`${path}: ${JSON.stringify(body.error)}`);
  return body.result;
}

export const tip = async (rpc: string): Promise<number> =>
  Number((await get<{ sync_info: { latest_block_height: string } }>(rpc, 'status')).sync_info.latest_block_height);

interface Commit {
  readonly signed_header: {
    readonly header: { readonly app_hash: string; readonly data_hash: string };
    readonly commit: { readonly block_id: { readonly hash: string }; readonly signatures: readonly object[] };
  };
}

interface Seen {
  readonly blockHash: string;
  readonly appHash: string;
  readonly dataHash: string;
  readonly signatures: string;
}

async function observe(rpc: string, height: number): Promise<Seen> {
  const { header, commit } = (await get<Commit>(rpc, `commit?height=${height}`)).signed_header;
  return { blockHash: commit.block_id.hash, appHash: header.app_hash, dataHash: header.data_hash, signatures: JSON.stringify(commit.signatures) };
}

interface TxAnswer {
  readonly height: string;
  readonly tx_result: { readonly code: number };
}

export class Witness {
  readonly #heights = new Map<number, Seen>();
  /** Hashes of accepted transactions, newest last. */
  readonly #accepted: string[] = [];
  /** Of those that were seen in a block: the height. */
  readonly #committed = new Map<string, string>();
  /** Height, round and kind to the hash that was signed there. */
  readonly #votes = new Map<string, string>();

  get heights(): number {
    return this.#heights.size;
  }
  get last(): number {
    return Math.max(0, ...this.#heights.keys());
  }
  get accepted(): number {
    return this.#accepted.length;
  }
  get committed(): number {
    return this.#committed.size;
  }
  get votes(): number {
    return this.#votes.size;
  }

  accept(hash: string): void {
    this.#accepted.push(hash);
  }

  /** Notes what is new at the chain's tip; throws when the chain is gone. */
  async watch(rpc: string): Promise<void> {
    const h = await tip(rpc);
    // The canonical commit of a height is in the block after it, and never changes.
    for (let from = this.last + 1; from < h; from++) {
      this.#heights.set(from, await observe(rpc, from));
      const { txs } = (await get<{ block: { data: { txs: readonly string[] } } }>(rpc, `block?height=${from}`)).block.data;
      for (const tx of txs) {
        const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.from(tx, 'base64')));
        this.#committed.set(toHex(bytes).toUpperCase(), String(from));
      }
    }
  }

  /** The last `count` heights are what they were. */
  async compare(rpc: string, checks: Checks, count: number, when: string): Promise<void> {
    for (const [h, was] of [...this.#heights].slice(-count)) checks.equal(await observe(rpc, h), was, `height ${h} ${when}`);
  }

  /** Of the heights that were seen, some among the chain's last `back` are answered with proof; gives how many. At height 1 there is none yet. */
  async provePast(rpc: string, denom: string, back: number, count: number): Promise<number> {
    const heights = [...this.#heights.keys()].filter((h) => h > 1 && this.#heights.has(h + 1));
    const from = (await tip(rpc)) - back;
    const near = heights.filter((h) => h > from);
    const step = Math.max(1, Math.floor(near.length / count));
    let proven = 0;
    for (const h of near.filter((_, i) => i % step === 0)) {
      // The chain goes on meanwhile, and forgets.
      if (h <= (await tip(rpc)) - back) continue;
      await requirePastSupply(rpc, denom, h, (this.#heights.get(h + 1) as Seen).appHash);
      proven++;
    }
    return proven;
  }

  /** The last `count` transactions that were in a block are found by their hash, where they were. */
  async findTransactions(rpc: string, checks: Checks, count: number, when: string): Promise<void> {
    for (const [hash, height] of [...this.#committed].slice(-count)) {
      checks.equal((await get<TxAnswer>(rpc, `tx?hash=0x${hash}`)).height, height, `transaction ${hash} ${when}`);
    }
  }

  /** Reads the votes of the log; throws where one contradicts an earlier one. Files that were moved away since are in it already. */
  readVotes(home: string): void {
    const folder = join(home, 'data/cs.wal');
    if (!existsSync(folder)) return;
    const names = readdirSync(folder).filter((f) => /^wal(\.\d+)?$/.test(f));
    for (const name of names) for (const vote of ownSignatures(join(folder, name))) this.#note(vote);
  }

  #note({ slot, block }: { readonly slot: string; readonly block: string }): void {
    const old = this.#votes.get(slot);
    if (old !== undefined && old !== block) throw new Error(`two different signatures for ${slot}: ${old} and ${block}`);
    this.#votes.set(slot, block);
  }
}

/** Votes and proposals that the node signed. Reads up to a record that is cut short: the log of a killed process may end so. */
function* ownSignatures(file: string): Generator<{ readonly slot: string; readonly block: string }> {
  try {
    for (const { msg } of readWalFile(file)) {
      if (msg.case !== 'msgInfo' || msg.value.peerId !== '') continue;
      const m = msg.value.msg.sum;
      if (m?.case === 'vote') yield { slot: `${m.value.vote.height}/${m.value.vote.round}/${m.value.vote.type}`, block: toHex(m.value.vote.blockId.hash) };
      else if (m?.case === 'proposal') {
        const { height, round, blockId } = m.value.proposal;
        yield { slot: `${height}/${round}/proposal`, block: toHex(blockId.hash) };
      }
    }
  } catch (e) {
    if ((e as Error).name !== 'WalCorruptionError') throw e;
  }
}

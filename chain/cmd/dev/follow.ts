// Follows a network over the RPC of whichever node answers, and tells each new block once.
import type { BlockLine } from './block-line.ts';

const POLL_MS = 100;
const TIMEOUT_MS = 2000;

interface Header {
  readonly height: string;
  readonly proposer_address: string;
}
interface CommitReply {
  readonly signed_header: {
    readonly header: Header;
    readonly commit: { readonly round: number; readonly signatures: readonly { readonly block_id_flag: number }[] };
  };
}
interface StatusReply {
  readonly sync_info: { readonly latest_block_height: string };
  readonly validator_info: { readonly address: string };
}
interface ResultsReply {
  readonly txs_results: readonly object[] | null;
  readonly app_hash: string;
}

async function ask<T>(rpc: string, path: string): Promise<T> {
  const r = await fetch(`${rpc}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { result } = (await r.json()) as { readonly result?: T };
  if (result === undefined) throw new Error(`${rpc} has no answer to ${path}`);
  return result;
}

async function blockAt(rpc: string, height: number, names: ReadonlyMap<string, string>, ms: number): Promise<BlockLine> {
  const [{ signed_header }, results] = await Promise.all([
    ask<CommitReply>(rpc, `commit?height=${height}`),
    ask<ResultsReply>(rpc, `block_results?height=${height}`),
  ]);
  const { header, commit } = signed_header;
  return {
    height: header.height,
    round: commit.round,
    proposer: names.get(header.proposer_address) ?? header.proposer_address.slice(0, 8),
    txs: results.txs_results?.length ?? 0,
    appHash: Buffer.from(results.app_hash, 'base64').toString('hex').toUpperCase(),
    signed: commit.signatures.filter((s) => s.block_id_flag === 2).length,
    validators: commit.signatures.length,
    ms,
  };
}

/** Calls `onBlock` for each height in order until the returned function is called. `names`: validator addresses to names. */
export function followBlocks(rpcs: readonly string[], names: ReadonlyMap<string, string>, onBlock: (line: BlockLine) => void): () => void {
  let stopped = false;
  let height = 0;
  let before = performance.timeOrigin;
  const turn = async (): Promise<void> => {
    for (const rpc of rpcs) {
      try {
        const { sync_info, validator_info } = await ask<StatusReply>(rpc, 'status');
        // Another program may have been quicker to take the port.
        if (!names.has(validator_info.address)) continue;
        const tip = Number(sync_info.latest_block_height);
        // A network that was there before is told from its tip on.
        if (height === 0 && tip > 1) height = tip - 1;
        while (height < tip && !stopped) {
          const now = performance.timeOrigin + performance.now();
          const line = await blockAt(rpc, height + 1, names, now - before);
          height++;
          before = now;
          onBlock(line);
        }
        return;
      } catch {
        // This node is not up, or gone: the next one is asked.
      }
    }
  };
  void (async () => {
    while (!stopped) {
      await turn();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();
  return () => {
    stopped = true;
  };
}

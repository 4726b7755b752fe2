// A mixed network under load that is watched while things happen to it: what the soak and the story of faults share.
import type { Manifest } from '../../../testnet/launcher/manifest.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../../testnet/launcher/network.ts';
import { rpcResult } from '../../../testnet/launcher/rpc.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import { Random } from '../../../testnet/simulator/random.ts';
import { genesisEntries, loadAccounts } from '../../bench/support/accounts.ts';
import type { Checks } from '../../checks.ts';
import { ChainWatch, type WatchedBlock } from './chain-watch.ts';
import { TransferLoad } from './transfer-load.ts';

const DENOM = 'utrel';
const ACCOUNTS = 600;
const POLL_MS = 1000;
/** Without a block for so long, the network is taken to stand still for ever. */
const STILL_MS = 180_000;

export interface LiveOptions {
  readonly cometbft: string;
  readonly seed: string;
  /** Transfers a second. */
  readonly rate: number;
}

export class LiveNetwork {
  readonly net: TestNetwork;
  readonly watch: ChainWatch;
  readonly load: TransferLoad;
  /** Nodes that have a fault now. */
  readonly away = new Set<string>();
  /** Called with each poll. */
  onPoll: () => void = () => undefined;
  #reading: Promise<void> = Promise.resolve();
  #broken: string | undefined;
  #over = false;
  #watching: Promise<void> | undefined;

  private constructor(net: TestNetwork, chainId: string, o: LiveOptions) {
    this.net = net;
    this.watch = new ChainWatch(net.nodes, (b) => this.#block(b));
    this.load = new TransferLoad({
      chainId,
      denom: DENOM,
      accounts: loadAccounts(ACCOUNTS, 'trellis'),
      rate: o.rate,
      nodes: () => net.nodes.filter((n) => !this.away.has(n.name) && n.isRunning),
      random: Random.of(`${o.seed} load`),
    });
  }

  /** Every link by a relay. */
  static async create(manifest: Manifest, o: LiveOptions): Promise<LiveNetwork> {
    const entries = genesisEntries(loadAccounts(ACCOUNTS, 'trellis'), DENOM, '1000000000');
    const genesis = (doc: Record<string, unknown>): void => {
      const state = doc.app_state as { auth: { accounts: unknown }; bank: { balances: unknown; supply: unknown } };
      state.auth.accounts = entries.auth;
      state.bank.balances = entries.balances;
      state.bank.supply = [{ denom: DENOM, amount: String(entries.total) }];
      manifest.genesis?.(doc);
    };
    const net = await createNetwork({ ...manifest, genesis }, { cometbft: o.cometbft, links: o.seed });
    return new LiveNetwork(net, manifest.chainId, o);
  }

  /** What ended the watch before its time: a process that fell, nodes that disagree, a chain that stands still. */
  get broken(): string | undefined {
    return this.#broken;
  }

  async start(): Promise<void> {
    await this.net.start();
    await Promise.all(this.net.nodes.map((n) => n.waitHeight(3, 120_000)));
    this.load.start();
    this.#watching = this.#watch();
  }

  async #watch(): Promise<void> {
    while (!this.#over) {
      const next = performance.now() + POLL_MS;
      await this.watch.poll();
      this.onPoll();
      if (this.watch.silentMs > STILL_MS) this.#broken ??= `no block for ${STILL_MS / 1000} s after height ${this.watch.highest}`;
      this.#broken ??= this.#fallen() ?? this.watch.disagreements[0];
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
  }

  /** An unplanned end of a process. */
  #fallen(): string | undefined {
    for (const n of this.net.nodes) {
      if (this.away.has(n.name)) continue;
      for (const part of ['engine', 'application'] as const) {
        const exit = n.part(part)?.exit();
        if (exit !== undefined) return `the ${part} of ${n.name} ended with ${exit.signal ?? exit.code}`;
      }
    }
    return undefined;
  }

  #block(b: WatchedBlock): void {
    if (b.txs === 0) return;
    this.#reading = this.#reading
      .then(() => this.#readTransactions(b.height))
      .catch((e: Error) => {
        this.#broken ??= e.message;
      });
  }

  /** From any node that answers. */
  async #readTransactions(height: number): Promise<void> {
    const ask = async (n: TestNode): Promise<boolean> => {
      try {
        const { block } = await rpcResult<{ block: { data: { txs: readonly string[] } } }>(n.rpc, `block?height=${height}`, 3000);
        const { txs_results } = await rpcResult<{ txs_results: readonly { code: number }[] | null }>(n.rpc, `block_results?height=${height}`, 3000);
        const codes = (txs_results ?? []).map((r) => r.code);
        this.load.block(height, block.data.txs, codes);
        return true;
      } catch {
        return false;
      }
    };
    await waitFor(
      `the transactions of block ${height}`,
      async () => {
        for (const n of this.net.nodes) if (await ask(n)) return true;
        return undefined;
      },
      60_000,
      200,
    );
  }

  /** After all faults: nothing is lost, and all nodes tell one chain. */
  async checkWhole(checks: Checks): Promise<void> {
    const { load, watch, net } = this;
    await checks.run('every transfer is in a block, once, on a network that is whole again', async () => {
      load.finish();
      await waitFor('the last transfers', () => load.underWay === 0 || this.#broken !== undefined, 120_000, 200);
      if (this.#broken !== undefined) throw new Error(this.#broken);
      checks.equal(load.committed, load.sent);
      checks.equal(load.wrong.slice(0, 3), []);
    });
    load.stop();
    await checks.run('all nodes tell the same block id, header and application hash of every height', async () => {
      const last = watch.highest;
      await waitFor(`height ${last} of all`, () => net.nodes.every((n) => watch.heightOf(n.name) >= last), 180_000, 200);
      checks.equal(watch.disagreements.slice(0, 3), []);
      checks.equal(watch.missing(last).slice(0, 3), []);
      checks.note(`${last} heights of ${net.nodes.length} nodes, and ${watch.appHashes} hashes of applications at their own heights; 0 disagreements`);
    });
    await checks.run('the relays carried the traffic of each node', () => {
      for (const n of net.nodes) checks.that((net.links?.carried(n.name) ?? 0) > 10 * watch.highest, n.name);
    });
  }

  async stop(): Promise<void> {
    this.load.stop();
    this.#over = true;
    await this.#watching;
    await this.net.stop();
  }

  printFigures(): void {
    const { load, watch, net } = this;
    const gap = watch.longestGap();
    console.log(`  heights: ${net.nodes.map((n) => `${n.name} ${watch.heightOf(n.name)}`).join(', ')}`);
    console.log(`  longest time between blocks: ${(gap.ms / 1000).toFixed(1)} s, before height ${gap.height}`);
    console.log(`  transfers: ${load.sent} sent, ${load.committed} committed, ${load.again} sent again`);
    console.log(`  not taken at once: ${[...load.refusals].map(([why, n]) => `${n} ${why}`).join(', ') || 'none'}`);
    console.log(
      `  datagrams by the relays: ${net.nodes.map((n) => `${n.name} ${net.links?.carried(n.name)} (${net.links?.knocks(n.name)} lost around them)`).join(', ')}`,
    );
  }
}

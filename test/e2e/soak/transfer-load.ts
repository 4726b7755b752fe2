// A steady load of transfers that survives nodes: an account has one transfer under way at a time, which is sent again to another node until it
// is in a block. So every transfer that was ever sent must be committed, once.
import { createHash } from 'node:crypto';
import type { TestNode } from '../../../testnet/launcher/network.ts';
import { rpcResult } from '../../../testnet/launcher/rpc.ts';
import type { Random } from '../../../testnet/simulator/random.ts';
import { type LoadAccount, signedTransfers } from '../../bench/support/accounts.ts';

const CALL_MS = 3000;
const AGAIN_MS = 20_000;
const TICK_MS = 100;

export interface LoadOptions {
  readonly chainId: string;
  readonly denom: string;
  /** In the order of their account numbers, from 0. */
  readonly accounts: readonly LoadAccount[];
  /** Transfers a second. */
  readonly rate: number;
  /** Who may be asked now. */
  readonly nodes: () => readonly TestNode[];
  readonly random: Random;
}

interface Sender {
  readonly index: number;
  sequence: bigint;
  tx?: { readonly bytes: Uint8Array; readonly key: string };
  askedAt: number;
}

export class TransferLoad {
  readonly #o: LoadOptions;
  readonly #senders: Sender[];
  readonly #underWay = new Map<string, Sender>();
  #timer: NodeJS.Timeout | undefined;
  #owed = 0;
  #turn = 0;
  #ticked = 0;
  #accepting = true;
  sent = 0;
  again = 0;
  committed = 0;
  /** Transfers in blocks that no sender waits for, or with a code. */
  readonly wrong: string[] = [];
  readonly refusals = new Map<string, number>();

  constructor(o: LoadOptions) {
    this.#o = o;
    this.#senders = o.accounts.map((_, index) => ({ index, sequence: 0n, askedAt: 0 }));
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  start(): void {
    this.#ticked = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** No new transfers; those under way are still sent again. */
  finish(): void {
    this.#accepting = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    this.#owed = Math.min(this.#o.rate, this.#owed + ((now - this.#ticked) * this.#o.rate) / 1000);
    this.#ticked = now;
    for (const s of this.#underWay.values()) {
      if (now - s.askedAt < AGAIN_MS) continue;
      this.again++;
      this.#ask(s);
    }
    if (!this.#accepting) return;
    for (let looked = 0; this.#owed >= 1 && looked < this.#senders.length; looked++) {
      const s = this.#senders[this.#turn++ % this.#senders.length] as Sender;
      if (s.tx !== undefined) continue;
      this.#owed--;
      this.#sign(s);
      this.sent++;
      this.#ask(s);
    }
  }

  #sign(s: Sender): void {
    const { accounts, chainId, denom } = this.#o;
    const to = accounts[(s.index * 7 + this.#turn) % accounts.length] as LoadAccount;
    const plan = { chainId, denom, accounts: [accounts[s.index] as LoadAccount, to], firstNumber: BigInt(s.index), firstSequence: s.sequence };
    const bytes = signedTransfers({ ...plan, count: 1, fee: '5000' })[0] as Uint8Array;
    s.tx = { bytes, key: createHash('sha256').update(bytes).digest('hex') };
    this.#underWay.set(s.tx.key, s);
  }

  #ask(s: Sender): void {
    s.askedAt = performance.now();
    const nodes = this.#o.nodes();
    if (nodes.length === 0 || s.tx === undefined) return;
    const node = this.#o.random.pick(nodes);
    void rpcResult<{ code: number; log: string }>(node.rpc, `broadcast_tx_sync?tx=0x${Buffer.from(s.tx.bytes).toString('hex')}`, CALL_MS).then(
      (r) => {
        if (r.code !== 0) this.#refused(`code ${r.code}`);
      },
      (e: Error) => this.#refused(e.message.includes('already exists in cache') ? 'known already' : e.name === 'TimeoutError' ? 'no answer' : 'no connection'),
    );
  }

  #refused(why: string): void {
    this.refusals.set(why, (this.refusals.get(why) ?? 0) + 1);
  }

  /** The transactions of a block with the codes of their results. */
  block(height: number, txs: readonly string[], codes: readonly number[]): void {
    for (const [i, text] of txs.entries()) {
      const key = createHash('sha256').update(Buffer.from(text, 'base64')).digest('hex');
      const s = this.#underWay.get(key);
      if (codes[i] !== 0) this.wrong.push(`height ${height}: transaction ${i} has code ${codes[i]}`);
      else if (s === undefined) this.wrong.push(`height ${height}: transaction ${i} was in a block before, or is nobody's`);
      else {
        this.committed++;
        this.#underWay.delete(key);
        s.sequence++;
        delete s.tx;
      }
    }
  }
}

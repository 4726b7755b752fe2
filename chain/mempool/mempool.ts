// Waiting transactions, first in first out, by the rules of CometBFT's mempool type "flood" (cmt:mempool/clist_mempool.go).
// Calls of checkTx go to the application at once, so that it can verify many signatures together; their results take effect in the order
// of the calls. While a block is committed and the rest is checked again no new transaction reaches the application.
// Invariants: `#txs` holds each hash once, in arrival order; `#bytes` is the sum of their sizes.
import type { CheckTxRequest, CheckTxResponse, ExecTxResult } from '../abci/application.ts';
import { toHex } from '../encoding/bytes.ts';
import { txHash, txProtoSize } from '../types/tx.ts';
import { errMempoolIsFull, errPreCheck, errRecheckFull, errTxInCache, errTxTooLarge, type MempoolError, type MempoolErrorCode } from './errors.ts';
import { TxCache } from './tx-cache.ts';

/** [mempool] of config.toml. */
export interface MempoolConfig {
  /** Transactions. */
  readonly size: number;
  readonly maxTxsBytes: bigint;
  readonly maxTxBytes: number;
  /** Hashes remembered. */
  readonly cacheSize: number;
  readonly keepInvalidTxsInCache: boolean;
  readonly recheck: boolean;
}

export const DEFAULT_MEMPOOL_CONFIG: MempoolConfig = {
  size: 5000,
  maxTxsBytes: 1n << 30n,
  maxTxBytes: 4_194_304,
  cacheSize: 10_000,
  keepInvalidTxsInCache: false,
  recheck: true,
};

/** What the consensus parameters let a transaction be; -1n: no limit. */
export interface TxLimits {
  /** Bytes in a block, framing included. */
  readonly maxDataBytes: bigint;
  readonly maxGas: bigint;
}

export interface MempoolTx {
  readonly tx: Uint8Array;
  /** Lower-case hex of the hash. */
  readonly key: string;
  readonly gasWanted: bigint;
  /** The height after which it came. */
  readonly height: bigint;
  /** Peers that sent it: gossip does not send it back. */
  readonly senders: Set<string>;
}

/** The part of an application that the mempool uses. */
export interface TxChecker {
  checkTx(request: CheckTxRequest): Promise<CheckTxResponse>;
}

/** Told of what comes in, for statistics. */
export interface MempoolObserver {
  added(bytes: number): void;
  refused(code: MempoolErrorCode): void;
}

const CHECK_NEW = 0;
const CHECK_AGAIN = 1;
/** Rechecks that run at the same time. */
const RECHECK_BATCH = 256;

export class Mempool {
  readonly #config: MempoolConfig;
  readonly #app: TxChecker;
  readonly #cache: TxCache;
  readonly #txs = new Map<string, MempoolTx>();
  /** Peers that sent what is being checked, by hash. */
  readonly #senders = new Map<string, Set<string>>();
  #bytes = 0n;
  #height: bigint;
  #limits: TxLimits;
  /** Results of checks take effect one after another, in the order of the calls. */
  #turn: Promise<void> = Promise.resolve();
  /** Resolved while nothing is committed. */
  #open: Promise<void> = Promise.resolve();
  #unlock: (() => void) | undefined;
  #checking = 0;
  #checkingBytes = 0n;
  #idle: (() => void)[] = [];
  #rechecking = false;
  /** A block was decided while the rest of the one before was still being checked. */
  #recheckFull = false;
  #notified = false;
  #onAvailable: (() => void) | undefined;
  #onAdded: ((tx: MempoolTx) => void) | undefined;
  #observer: MempoolObserver | undefined;

  constructor(config: MempoolConfig, app: TxChecker, height: bigint, limits: TxLimits = { maxDataBytes: -1n, maxGas: -1n }) {
    this.#config = config;
    this.#app = app;
    this.#cache = new TxCache(config.cacheSize);
    this.#height = height;
    this.#limits = limits;
  }

  get size(): number {
    return this.#txs.size;
  }

  get sizeBytes(): bigint {
    return this.#bytes;
  }

  /** In order of arrival. */
  txs(max = -1): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    for (const t of this.#txs.values()) {
      if (max >= 0 && out.length >= max) break;
      out.push(t.tx);
    }
    return out;
  }

  /** For gossip: the waiting transactions with what is known of them. */
  entries(): IterableIterator<MempoolTx> {
    return this.#txs.values();
  }

  /** `key`: lower-case hex of the hash. */
  has(key: string): boolean {
    return this.#txs.has(key);
  }

  /** Called once a height, when there are transactions. */
  onTxsAvailable(listener: () => void): void {
    this.#onAvailable = listener;
    if (this.#txs.size > 0) this.#notify();
  }

  /** Called for each transaction that enters. */
  onTxAdded(listener: (tx: MempoolTx) => void): void {
    this.#onAdded = listener;
  }

  observe(observer: MempoolObserver): void {
    this.#observer = observer;
  }

  /** Whether the hash was seen lately; `sender` then has the transaction too. Saves what a refusal costs: most of what peers send is known. */
  isKnown(key: string, sender: string): boolean {
    if (!this.#cache.has(key)) return false;
    this.#cache.push(key);
    this.#addSender(key, sender);
    this.#observer?.refused('in-cache');
    return true;
  }

  #addSender(key: string, sender: string): void {
    if (sender !== '') (this.#senders.get(key) ?? this.#txs.get(key)?.senders)?.add(sender);
  }

  #refusal(e: MempoolError): MempoolError {
    this.#observer?.refused(e.code);
    return e;
  }

  #notify(): void {
    if (this.#notified || this.#onAvailable === undefined || this.#txs.size === 0) return;
    this.#notified = true;
    this.#onAvailable();
  }

  /** `running`: checks that may still bring a transaction in; nothing that was accepted is dropped for want of room. */
  #checkRoom(bytes: number, running: number, runningBytes: bigint): void {
    const { size, maxTxsBytes } = this.#config;
    if (this.#txs.size + running >= size || this.#bytes + runningBytes + BigInt(bytes) > maxTxsBytes) {
      throw this.#refusal(errMempoolIsFull(this.#txs.size + running, size, this.#bytes + runningBytes, maxTxsBytes));
    }
    if (this.#recheckFull) throw this.#refusal(errRecheckFull());
  }

  /**
   * Checks a transaction and keeps it if the application accepts it (code 0). Throws MempoolError where it is refused before that.
   * `sender` is the peer it came from, '' for a client; `hash` the transaction's in lower-case hex, where it is known.
   */
  async checkTx(tx: Uint8Array, sender = '', hash?: string): Promise<CheckTxResponse> {
    if (this.#unlock !== undefined) {
      if (this.#recheckFull) throw this.#refusal(errRecheckFull());
      await this.#waitOpen();
    }
    this.#checkRoom(tx.length, this.#checking, this.#checkingBytes);
    if (tx.length > this.#config.maxTxBytes) throw this.#refusal(errTxTooLarge(this.#config.maxTxBytes, tx.length));
    const { maxDataBytes } = this.#limits;
    if (maxDataBytes >= 0n && BigInt(txProtoSize(tx)) > maxDataBytes) {
      throw this.#refusal(errPreCheck(`tx size is too big: ${txProtoSize(tx)}, max: ${maxDataBytes}`));
    }
    const key = hash ?? toHex(txHash(tx));
    if (!this.#cache.push(key)) {
      this.#addSender(key, sender);
      throw this.#refusal(errTxInCache());
    }

    const senders = new Set(sender === '' ? [] : [sender]);
    this.#senders.set(key, senders);
    this.#checking++;
    this.#checkingBytes += BigInt(tx.length);
    const before = this.#turn;
    let done: () => void = () => undefined;
    this.#turn = new Promise<void>((resolve) => {
      done = resolve;
    });
    try {
      const response = await this.#app.checkTx({ tx, type: CHECK_NEW });
      await before;
      this.#settle(tx, key, senders, response);
      return response;
    } catch (e) {
      this.#cache.remove(key);
      throw e;
    } finally {
      done();
      if (this.#senders.get(key) === senders) this.#senders.delete(key);
      this.#checking--;
      this.#checkingBytes -= BigInt(tx.length);
      if (this.#checking === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  async #waitOpen(): Promise<void> {
    while (this.#unlock !== undefined) await this.#open;
  }

  #settle(tx: Uint8Array, key: string, senders: Set<string>, r: CheckTxResponse): void {
    if (r.code !== 0 || this.#gasError(r) !== undefined) {
      if (!this.#config.keepInvalidTxsInCache) this.#cache.remove(key);
      return;
    }
    try {
      this.#checkRoom(tx.length, 0, 0n);
    } catch {
      // There may be room later.
      this.#cache.remove(key);
      return;
    }
    const known = this.#txs.get(key);
    if (known !== undefined) {
      for (const sender of senders) known.senders.add(sender);
      return;
    }
    const entry: MempoolTx = { tx, key, gasWanted: r.gasWanted, height: this.#height, senders };
    this.#txs.set(key, entry);
    this.#bytes += BigInt(tx.length);
    this.#onAdded?.(entry);
    this.#observer?.added(tx.length);
    this.#notify();
  }

  /** cmt:mempool/mempool.go PostCheckMaxGas. */
  #gasError(r: CheckTxResponse): string | undefined {
    const { maxGas } = this.#limits;
    if (maxGas === -1n) return undefined;
    if (r.gasWanted < 0n) return `gas wanted ${r.gasWanted} is negative`;
    return r.gasWanted > maxGas ? `gas wanted ${r.gasWanted} is greater than max gas ${maxGas}` : undefined;
  }

  #remove(key: string): void {
    const t = this.#txs.get(key);
    if (t === undefined) return;
    this.#txs.delete(key);
    this.#bytes -= BigInt(t.tx.length);
  }

  /** Up to `maxBytes` with framing and `maxGas`, in order; stops at the first that does not fit. -1n is no limit. */
  reap(maxBytes: bigint, maxGas: bigint): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    let bytes = 0n;
    let gas = 0n;
    for (const t of this.#txs.values()) {
      bytes += BigInt(txProtoSize(t.tx));
      if (maxBytes > -1n && bytes > maxBytes) break;
      gas += t.gasWanted;
      if (maxGas > -1n && gas > maxGas) break;
      out.push(t.tx);
    }
    return out;
  }

  /** Waits for running checks and lets no new ones start until `unlock` or the end of `update`. */
  async lock(): Promise<void> {
    if (this.#rechecking) this.#recheckFull = true;
    await this.#waitOpen();
    this.#open = new Promise<void>((resolve) => {
      this.#unlock = resolve;
    });
    if (this.#checking > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  unlock(): void {
    const release = this.#unlock;
    this.#unlock = undefined;
    release?.();
  }

  /** After a block: takes out its transactions and checks the rest again, in order. Must be locked; unlocks when it ends. */
  async update(height: bigint, txs: readonly Uint8Array[], results: readonly ExecTxResult[], limits?: TxLimits): Promise<void> {
    try {
      this.#height = height;
      this.#notified = false;
      if (limits !== undefined) this.#limits = limits;
      for (const [i, tx] of txs.entries()) {
        const key = toHex(txHash(tx));
        if (results[i]?.code === 0) this.#cache.push(key);
        else if (!this.#config.keepInvalidTxsInCache) this.#cache.remove(key);
        this.#remove(key);
      }
      if (this.#config.recheck) await this.#recheck();
    } finally {
      this.#rechecking = false;
      this.#recheckFull = false;
      this.unlock();
      this.#notify();
    }
  }

  async #recheck(): Promise<void> {
    this.#rechecking = true;
    const rest = [...this.#txs.values()];
    for (let i = 0; i < rest.length; i += RECHECK_BATCH) {
      const batch = rest.slice(i, i + RECHECK_BATCH);
      const responses = await Promise.all(batch.map((t) => this.#app.checkTx({ tx: t.tx, type: CHECK_AGAIN })));
      for (const [j, t] of batch.entries()) {
        const r = responses[j];
        if (r !== undefined && r.code === 0 && this.#gasError(r) === undefined) continue;
        this.#remove(t.key);
        if (!this.#config.keepInvalidTxsInCache) this.#cache.remove(t.key);
      }
    }
  }

  /** Forgets everything, seen hashes too. */
  flush(): void {
    this.#txs.clear();
    this.#bytes = 0n;
    this.#cache.clear();
  }
}

// Gossip of waiting transactions (network.md §7, cmt:mempool/reactor.go): each peer is given what it did not send itself, in order of arrival,
// many transactions in one message where CometBFT sends one each; a Go peer takes both.
import { toHex } from '../encoding/bytes.ts';
import { MEMPOOL_CHANNEL } from '../p2p/channel.ts';
import { type Peer, PeerFault, type Reactor } from '../p2p/reactor.ts';
import { TypesError } from '../types/errors.ts';
import { decodeTxs, encodeTxs } from '../types/messages/mempool.ts';
import { txHash } from '../types/tx.ts';
import { MempoolError } from './errors.ts';
import type { Mempool, MempoolTx } from './mempool.ts';

export interface MempoolReactorOptions {
  readonly mempool: Pick<Mempool, 'entries' | 'onTxAdded' | 'checkTx' | 'has' | 'isKnown'>;
  /** mempool.max_tx_bytes and max_batch_bytes: of a message that comes. */
  readonly maxTxBytes: number;
  readonly maxBatchBytes: number;
  /** mempool.broadcast */
  readonly broadcast: boolean;
  /** Height of a peer as consensus knows it; 0 where it does not. */
  readonly peerHeight: (id: string) => bigint;
  readonly isSyncing?: () => boolean;
  readonly onError: (peer: string, error: unknown) => void;
  /** Told of the transactions in each message, for statistics. */
  readonly onBatch?: ((direction: 'inbound' | 'outbound', txs: number) => void) | undefined;
}

/** Transactions of one message: a message of a few hundred costs no more than one of one. */
const BATCH_BYTES = 131_072;
/** Those that come together leave together, and after a message those of a longer time: each costs as much as some dozen transactions in it. */
const GATHER_MS = 5;
const REST_MS = 25;
/** A peer that is behind is asked for its height again after this. */
const POLL_MS = 100;
/** Transactions of peers that are being checked; further ones are lost, as on a full mempool. */
const CHECKING_MAX = 5000;
/** Bytes of a transaction's tag and length in a message. */
const TX_OVERHEAD_BYTES = 6;

interface Queue {
  readonly peer: Peer;
  txs: MempoolTx[];
  sending: boolean;
}

export class MempoolReactor implements Reactor {
  readonly name = 'MEMPOOL';
  readonly channels = [MEMPOOL_CHANNEL];
  readonly #o: MempoolReactorOptions;
  readonly #queues = new Map<string, Queue>();
  #timer: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  #checking = 0;

  constructor(o: MempoolReactorOptions) {
    this.#o = o;
    if (o.broadcast) o.mempool.onTxAdded((tx) => this.#onAdded(tx));
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#rest);
    this.#queues.clear();
  }

  addPeer(peer: Peer): void {
    if (!this.#o.broadcast) return;
    this.#queues.set(peer.id, { peer, txs: [...this.#o.mempool.entries()], sending: false });
    this.#schedule(GATHER_MS);
  }

  removePeer(peer: Peer): void {
    this.#queues.delete(peer.id);
  }

  receive(_channel: number, peer: Peer, bytes: Uint8Array): void {
    const { mempool, maxTxBytes, maxBatchBytes, isSyncing, onError, onBatch } = this.#o;
    let txs: Iterable<Uint8Array>;
    try {
      txs = decodeTxs(bytes, { maxTxBytes, maxBatchBytes });
    } catch (e) {
      if (e instanceof TypesError) throw new PeerFault(e.message);
      throw e;
    }
    if (isSyncing?.() === true) return;
    let count = 0;
    for (const view of txs) {
      count++;
      const hash = toHex(txHash(view));
      if (mempool.isKnown(hash, peer.id)) continue;
      if (this.#checking >= CHECKING_MAX) return;
      this.#checking++;
      // A copy: one transaction that is kept must not keep the whole message.
      mempool
        .checkTx(view.slice(), peer.id, hash)
        .catch((e: unknown) => {
          if (!(e instanceof MempoolError)) onError(peer.id, e);
        })
        .finally(() => {
          this.#checking--;
        });
    }
    onBatch?.('inbound', count);
  }

  #onAdded(tx: MempoolTx): void {
    if (this.#queues.size === 0) return;
    for (const q of this.#queues.values()) if (!tx.senders.has(q.peer.id)) q.txs.push(tx);
    this.#schedule(GATHER_MS);
  }

  #schedule(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.flush();
      },
      this.#rest === undefined ? ms : Math.max(ms, REST_MS),
    );
    this.#timer.unref();
  }

  #hasSent(): void {
    if (this.#rest !== undefined) return;
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
    }, REST_MS);
    this.#rest.unref();
  }

  /** Sends a batch to each peer that has none on its way. */
  flush(): void {
    let later = false;
    for (const q of this.#queues.values()) {
      if (q.sending || q.txs.length === 0 || this.#o.isSyncing?.() === true) continue;
      const batch = this.#takeBatch(q);
      if (batch.length === 0) later ||= q.txs.length > 0;
      else void this.#send(q, batch);
    }
    if (later) this.#schedule(POLL_MS);
  }

  #takeBatch(q: Queue): Uint8Array[] {
    const { mempool, maxTxBytes, peerHeight } = this.#o;
    const height = peerHeight(q.peer.id);
    const max = Math.min(BATCH_BYTES, maxTxBytes);
    const batch: Uint8Array[] = [];
    let bytes = 0;
    let at = 0;
    for (; at < q.txs.length; at++) {
      const t = q.txs[at] as MempoolTx;
      if (!mempool.has(t.key) || t.senders.has(q.peer.id)) continue;
      // To a peer that is far behind the transaction may look wrong.
      if (height < t.height - 1n) break;
      bytes += t.tx.length + TX_OVERHEAD_BYTES;
      if (batch.length > 0 && bytes > max) break;
      batch.push(t.tx);
    }
    q.txs = q.txs.slice(at);
    return batch;
  }

  async #send(q: Queue, batch: readonly Uint8Array[]): Promise<void> {
    q.sending = true;
    this.#hasSent();
    this.#o.onBatch?.('outbound', batch.length);
    await q.peer.deliver(MEMPOOL_CHANNEL, encodeTxs(batch));
    q.sending = false;
    if (q.txs.length > 0) this.#schedule(GATHER_MS);
  }
}

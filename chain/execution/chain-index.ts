// The index behind tx, tx_search and block_search: transactions by hash, transactions and blocks by the attributes of their events that are
// marked for it. It holds only references; blocks and results stay where they are. Written lazily behind the chain: what a crash lost is
// indexed again at the next start, from the height noted in the same batch.
import type { AbciEvent, ExecTxResult } from '../abci/application.ts';
import type { BlockStore } from '../blockstore/block-store.ts';
import type { DurableDb } from '../blockstore/durable-db.ts';
import { concatBytes, fromUtf8, toHex, utf8 } from '../encoding/bytes.ts';
import { Reader, WireError, Writer } from '../encoding/proto-wire.ts';
import type { DbOp } from '../store/db.ts';
import { CorruptionError } from '../store/errors.ts';
import { txHash } from '../types/tx.ts';
import { breathe } from './breathe.ts';
import { BLOCK_HEIGHT_TAG, TX_HASH_TAG, TX_HEIGHT_TAG } from './events.ts';
import { type IndexPlan, planSearch, type TagTest } from './index-plan.ts';
import { decodePlaces, type EventPlace, heightOfKey, type PostingKind, PostingWriter, postingKey, tagRange, valueHash } from './postings.ts';
import type { Query } from './query/query.ts';
import type { ResultsStore } from './results-store.ts';

export interface IndexedTx {
  readonly height: bigint;
  readonly index: number;
  readonly tx: Uint8Array;
  readonly result: ExecTxResult;
}
export interface Page<T> {
  readonly total: number;
  readonly items: readonly T[];
}
export interface SearchOptions {
  readonly order: 'asc' | 'desc';
  readonly skip: number;
  readonly limit: number;
}

/** The search cannot be answered as it is. */
export class SearchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SearchError';
  }
}

const LAST_KEY = new Uint8Array(['L'.charCodeAt(0)]);
const TAG_PREFIX = new Uint8Array(['t'.charCodeAt(0)]);
const HASH_PREFIX = new Uint8Array(['h'.charCodeAt(0)]);
const TAGS_MAX = 0xffff;

interface Hit extends EventPlace {
  readonly height: bigint;
}

export class ChainIndex {
  readonly #db: DurableDb;
  readonly #blocks: BlockStore;
  readonly #results: ResultsStore;
  /** Numbers of tags. */
  readonly #tags: Map<string, number>;
  #last: bigint;

  private constructor(db: DurableDb, blocks: BlockStore, results: ResultsStore, tags: Map<string, number>, last: bigint) {
    this.#db = db;
    this.#blocks = blocks;
    this.#results = results;
    this.#tags = tags;
    this.#last = last;
  }

  static async open(db: DurableDb, blocks: BlockStore, results: ResultsStore): Promise<ChainIndex> {
    const tags = new Map<string, number>();
    for await (const [key, value] of db.iterate({ start: TAG_PREFIX, end: new Uint8Array(['t'.charCodeAt(0) + 1]) })) {
      tags.set(fromUtf8(key.subarray(1)), ((value[0] as number) << 8) | (value[1] as number));
    }
    const stored = db.get(LAST_KEY);
    return new ChainIndex(db, blocks, results, tags, stored === undefined ? 0n : new Reader(stored).int64());
  }

  /** All heights up to this one are indexed. */
  get lastHeight(): bigint {
    return this.#last;
  }

  /** Indexes what the chain has and the index does not, up to `height`. Gives the number of heights. */
  async catchUp(height: bigint): Promise<number> {
    let done = 0;
    const from = this.#last === 0n || this.#last + 1n < this.#blocks.base ? this.#blocks.base : this.#last + 1n;
    for (let h = from; h > 0n && h <= height; h++) {
      const block = this.#blocks.loadBlock(h);
      const response = this.#results.load(h);
      if (block === undefined || response === undefined) continue;
      await this.index(h, block.data.txs, response.txResults, response.events);
      done++;
    }
    return done;
  }

  /** Adds one height; calls must come in order. */
  async index(height: bigint, txs: readonly Uint8Array[], results: readonly ExecTxResult[], events: readonly AbciEvent[]): Promise<void> {
    const ops: DbOp[] = [];
    const writers = new Map<string, { readonly key: Uint8Array; readonly writer: PostingWriter }>();
    const pause = breathe();
    this.#collect(height, 'b', events, 0, writers, ops);
    for (const [i, tx] of txs.entries()) {
      const place = new Writer(12).varint64(height).uint32(i).finish();
      ops.push({ type: 'put', key: concatBytes(HASH_PREFIX, txHash(tx)), value: place });
      this.#collect(height, 'x', results[i]?.events ?? [], i, writers, ops);
      const p = pause();
      if (p !== undefined) await p;
    }
    for (const { key, writer } of writers.values()) ops.push({ type: 'put', key, value: writer.finish() });
    ops.push({ type: 'put', key: LAST_KEY, value: new Writer(10).varint64(height).finish() });
    await this.#db.writeLazily(ops);
    this.#last = height;
  }

  #collect(
    height: bigint,
    kind: PostingKind,
    events: readonly AbciEvent[],
    tx: number,
    writers: Map<string, { readonly key: Uint8Array; readonly writer: PostingWriter }>,
    ops: DbOp[],
  ): void {
    for (const [event, e] of events.entries()) {
      if (e.type === '') continue;
      for (const a of e.attributes) {
        if (!a.index || a.key === '') continue;
        const name = `${kind}${e.type}.${a.key} ${a.value}`;
        let posting = writers.get(name);
        if (posting === undefined) {
          const tag = this.#tagNumber(`${e.type}.${a.key}`, ops);
          if (tag === undefined) continue;
          posting = { key: postingKey(kind, tag, valueHash(a.value), height), writer: new PostingWriter() };
          writers.set(name, posting);
        }
        posting.writer.add({ tx, event });
      }
    }
  }

  /** The number of a tag, given on first use; undefined when there are too many. */
  #tagNumber(tag: string, ops: DbOp[]): number | undefined {
    const known = this.#tags.get(tag);
    if (known !== undefined) return known;
    const next = this.#tags.size;
    if (next > TAGS_MAX) return undefined;
    this.#tags.set(tag, next);
    ops.push({ type: 'put', key: concatBytes(TAG_PREFIX, utf8(tag)), value: new Uint8Array([next >> 8, next & 255]) });
    return next;
  }

  tx(hash: Uint8Array): IndexedTx | undefined {
    const value = this.#db.get(concatBytes(HASH_PREFIX, hash));
    if (value === undefined) return undefined;
    try {
      const r = new Reader(value);
      return this.#load(r.int64(), r.uint32());
    } catch (e) {
      if (e instanceof WireError) throw new CorruptionError(this.#db.location, `index entry of transaction ${toHex(hash)}: ${e.message}`);
      throw e;
    }
  }

  /** undefined where the block was pruned. */
  #load(height: bigint, index: number): IndexedTx | undefined {
    const tx = this.#blocks.loadBlock(height)?.data.txs[index];
    const result = this.#results.loadTxResult(height, index);
    return tx === undefined || result === undefined ? undefined : { height, index, tx, result };
  }

  /** Transactions of which one event meets all conditions, by height and index. Throws SearchError. */
  async txs(query: Query, options: SearchOptions): Promise<Page<IndexedTx>> {
    const hash = query.find((c) => c.tag === TX_HASH_TAG);
    if (hash !== undefined) {
      const found = this.tx(decodeHash(hash.arg?.text ?? ''));
      return page(found === undefined ? [] : [found], options, (t) => t);
    }
    const plan = planSearch(query, TX_HEIGHT_TAG);
    const places = new Map<string, { readonly height: bigint; readonly tx: number }>();
    for (const h of await this.#search('x', plan)) places.set(`${h.height}/${h.tx}`, h);
    const sorted = [...places.values()].sort((a, b) => (a.height === b.height ? a.tx - b.tx : a.height < b.height ? -1 : 1));
    return page(sorted, options, (p) => this.#load(p.height, p.tx));
  }

  /** Heights of blocks of which one own event meets all conditions. */
  async blocks(query: Query, options: SearchOptions): Promise<Page<bigint>> {
    const plan = planSearch(query, BLOCK_HEIGHT_TAG);
    const heights = new Set<bigint>();
    for (const h of await this.#search('b', plan)) heights.add(h.height);
    const sorted = [...heights].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return page(sorted, options, (h) => h);
  }

  async #search(kind: PostingKind, plan: IndexPlan): Promise<readonly Hit[]> {
    if (plan.impossible) return [];
    const first = plan.tests[0];
    if (first === undefined) return this.#everything(kind, plan);
    let hits = await this.#postings(kind, first, plan);
    const pause = breathe();
    for (const test of plan.tests.slice(1)) {
      if (hits.length === 0) return [];
      if (test.equals !== undefined) {
        const other = new Set((await this.#postings(kind, test, plan)).map((h) => `${h.height}/${h.tx}/${h.event}`));
        hits = hits.filter((h) => other.has(`${h.height}/${h.tx}/${h.event}`));
        continue;
      }
      const kept: Hit[] = [];
      for (const h of hits) {
        if (this.#passes(kind, h, test)) kept.push(h);
        const p = pause();
        if (p !== undefined) await p;
      }
      hits = kept;
    }
    return hits;
  }

  /** Only heights were asked for. */
  async #everything(kind: PostingKind, plan: IndexPlan): Promise<readonly Hit[]> {
    const from = plan.heights.min > this.#blocks.base ? plan.heights.min : this.#blocks.base;
    const to = plan.heights.max < this.#last ? plan.heights.max : this.#last;
    const hits: Hit[] = [];
    const pause = breathe();
    for (let height = from; height > 0n && height <= to; height++) {
      const count = kind === 'b' ? 1 : Number(this.#blocks.loadBlockMeta(height)?.numTxs ?? 0n);
      for (let tx = 0; tx < count; tx++) hits.push({ height, tx, event: 0 });
      const p = pause();
      if (p !== undefined) await p;
    }
    return hits;
  }

  /** The events that pass a test, in the range of heights. */
  async #postings(kind: PostingKind, test: TagTest, plan: IndexPlan): Promise<readonly Hit[]> {
    const tag = this.#tags.get(test.tag);
    if (tag === undefined) return [];
    const { min, max } = plan.heights;
    if (max < min) return [];
    let range = tagRange(kind, tag);
    if (test.equals !== undefined) {
      const hash = valueHash(test.equals);
      range = { start: postingKey(kind, tag, hash, min), end: concatBytes(postingKey(kind, tag, hash, max), new Uint8Array(1)) };
    }
    const check = test.equals === undefined && !test.any;
    const hits: Hit[] = [];
    const pause = breathe();
    for await (const [key, value] of this.#db.iterate(range)) {
      const height = heightOfKey(key);
      if (height < min || height > max || height < this.#blocks.base) continue;
      for (const place of this.#places(value)) {
        const hit = { ...place, height };
        if (!check || this.#passes(kind, hit, test)) hits.push(hit);
      }
      const p = pause();
      if (p !== undefined) await p;
    }
    return hits;
  }

  #places(value: Uint8Array): readonly EventPlace[] {
    try {
      return decodePlaces(value);
    } catch (e) {
      if (e instanceof WireError) throw new CorruptionError(this.#db.location, `index entry: ${e.message}`);
      throw e;
    }
  }

  #passes(kind: PostingKind, h: Hit, test: TagTest): boolean {
    const events = kind === 'b' ? this.#results.loadBlockEvents(h.height) : this.#results.loadTxResult(h.height, h.tx)?.events;
    const e = events?.[h.event];
    return e?.attributes.some((a) => a.index && `${e.type}.${a.key}` === test.tag && test.test(a.value)) ?? false;
  }
}

function decodeHash(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text))
    throw new SearchError('error during searching for a hash in the query: encoding/hex: invalid hash');
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

function page<P, T>(sorted: readonly P[], options: SearchOptions, load: (p: P) => T | undefined): Page<T> {
  const ordered = options.order === 'desc' ? [...sorted].reverse() : sorted;
  const items: T[] = [];
  for (const p of ordered.slice(options.skip, options.skip + options.limit)) {
    const item = load(p);
    if (item !== undefined) items.push(item);
  }
  return { total: sorted.length, items };
}

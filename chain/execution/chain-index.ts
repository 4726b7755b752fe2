// The index behind tx, tx_search and block_search: transactions by hash, transactions and blocks by the attributes of their events that are
// marked for it. It holds only references; blocks and results stay where they are. Written lazily behind the chain: what a crash lost is
// indexed again at the next start, from the height that is noted last.
import type { AbciEvent, ExecTxResult } from '../abci/application.ts';
import type { BlockStore } from '../blockstore/block-store.ts';
import type { DurableDb } from '../blockstore/durable-db.ts';
import { bytesEqual, concatBytes, fromUtf8, utf8 } from '../encoding/bytes.ts';
import { Reader, WireError, Writer } from '../encoding/proto-wire.ts';
import type { DbOp } from '../store/db.ts';
import { CorruptionError } from '../store/errors.ts';
import { txHash } from '../types/tx.ts';
import { breathe } from './breathe.ts';
import { BLOCK_HEIGHT_TAG, TX_HASH_TAG, TX_HEIGHT_TAG } from './events.ts';
import { type IndexPlan, planSearch, type TagTest } from './index-plan.ts';
import { IndexWriter } from './index-writer.ts';
import { decodePosting, type EventPlace, hasTag, heightOfKey, type PostingKind, postingKey, valueHash } from './postings.ts';
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

const letter = (l: string): Uint8Array => new Uint8Array([l.charCodeAt(0)]);
const LAST_KEY = letter('L');
const SEED_KEY = letter('S');
const TAG_PREFIX = letter('t');
const HASH_PREFIX = letter('h');
/** Attributes of a block by height, of transactions and of the block itself. */
const TAGS_OF_BLOCK: Readonly<Record<PostingKind, string>> = { x: 'X', b: 'B' };
const TAGS_MAX = 0xffff;
/** Bytes of a transaction's hash in its key; the rest is checked on the transaction. */
const HASH_KEY_BYTES = 12;
/** Entries of one write: more would hold up the event loop. */
const OPS_PER_WRITE = 512;

interface Hit extends EventPlace {
  readonly height: bigint;
}

function heightKey(l: string, height: bigint): Uint8Array {
  const k = new Uint8Array(9);
  k[0] = l.charCodeAt(0);
  new DataView(k.buffer).setBigUint64(1, height);
  return k;
}

const hashKey = (hash: Uint8Array): Uint8Array => concatBytes(HASH_PREFIX, hash.subarray(0, HASH_KEY_BYTES));

export class ChainIndex {
  readonly #db: DurableDb;
  readonly #blocks: BlockStore;
  readonly #results: ResultsStore;
  readonly #seed: readonly [number, number];
  /** Numbers of attributes, by event type and key. */
  readonly #tags = new Map<string, Map<string, number>>();
  #tagCount = 0;
  #last: bigint;

  private constructor(db: DurableDb, blocks: BlockStore, results: ResultsStore, seed: readonly [number, number], last: bigint) {
    this.#db = db;
    this.#blocks = blocks;
    this.#results = results;
    this.#seed = seed;
    this.#last = last;
  }

  static async open(db: DurableDb, blocks: BlockStore, results: ResultsStore): Promise<ChainIndex> {
    let seed = db.get(SEED_KEY);
    if (seed === undefined) {
      seed = crypto.getRandomValues(new Uint8Array(8));
      await db.writeLazily([{ type: 'put', key: SEED_KEY, value: seed }]);
    }
    const view = new DataView(seed.buffer, seed.byteOffset, 8);
    const last = db.get(LAST_KEY);
    const index = new ChainIndex(db, blocks, results, [view.getUint32(0), view.getUint32(4)], last === undefined ? 0n : new Reader(last).int64());
    for await (const [key, value] of db.iterate({ start: TAG_PREFIX, end: letter('u') })) {
      const [type, name] = fromUtf8(key.subarray(1)).split('\0') as [string, string];
      index.#setTag(type, name, new Reader(value).uint32());
    }
    return index;
  }

  #setTag(type: string, key: string, no: number): void {
    let keys = this.#tags.get(type);
    if (keys === undefined) {
      keys = new Map();
      this.#tags.set(type, keys);
    }
    keys.set(key, no);
    this.#tagCount = Math.max(this.#tagCount, no + 1);
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

  /** Adds one height; calls must come in order and must not overlap. */
  async index(height: bigint, txs: readonly Uint8Array[], results: readonly ExecTxResult[], events: readonly AbciEvent[]): Promise<void> {
    let ops: DbOp[] = [];
    const writer = new IndexWriter((type, key) => this.#tagNumber(type, key, ops), this.#seed);
    const pause = breathe();
    writer.add('b', events, 0);
    for (const [i, tx] of txs.entries()) {
      ops.push({ type: 'put', key: hashKey(txHash(tx)), value: new Writer(12).varint64(height).uint32(i).finish() });
      writer.add('x', results[i]?.events ?? [], i);
      if (ops.length >= OPS_PER_WRITE) {
        await this.#db.writeLazily(ops);
        ops = [];
      }
      const p = pause();
      if (p !== undefined) await p;
    }
    await writer.finish(
      height,
      (kind) => heightKey(TAGS_OF_BLOCK[kind], height),
      (more) => this.#db.writeLazily(more),
      OPS_PER_WRITE,
    );
    // Last of all: until it is there, the height counts as not indexed and is indexed again.
    ops.push({ type: 'put', key: LAST_KEY, value: new Writer(10).varint64(height).finish() });
    await this.#db.writeLazily(ops);
    this.#last = height;
  }

  /** Takes a height out of the index, before its block and results are pruned. */
  async remove(height: bigint): Promise<void> {
    const block = this.#blocks.loadBlock(height);
    const response = this.#results.load(height);
    if (block === undefined || response === undefined) return;
    const ops: DbOp[] = [];
    const writer = new IndexWriter((type, key) => this.#tags.get(type)?.get(key), this.#seed);
    writer.add('b', response.events, 0);
    const pause = breathe();
    for (const [i, tx] of block.data.txs.entries()) {
      const key = hashKey(txHash(tx));
      const place = this.#db.get(key);
      // The same transaction may stand in a later block as well.
      if (place !== undefined && this.#checked(() => new Reader(place).int64()) === height) ops.push({ type: 'del', key });
      writer.add('x', response.txResults[i]?.events ?? [], i);
      const p = pause();
      if (p !== undefined) await p;
    }
    const write = (more: readonly DbOp[]): Promise<void> => this.#db.writeLazily(more);
    await writer.finish(height, (kind) => heightKey(TAGS_OF_BLOCK[kind], height), write, OPS_PER_WRITE, true);
    if (ops.length > 0) await write(ops);
  }

  /** Takes the last height out again, so that it can be indexed anew; nothing where the index is not that far. */
  async removeLast(height: bigint): Promise<void> {
    if (this.#last < height) return;
    if (this.#last > height) throw new RangeError(`the index is at height ${this.#last}, above ${height}`);
    await this.remove(height);
    await this.#db.writeLazily([{ type: 'put', key: LAST_KEY, value: new Writer(10).varint64(height - 1n).finish() }]);
    this.#last = height - 1n;
  }

  #tagNumber(type: string, key: string, ops: DbOp[]): number | undefined {
    const known = this.#tags.get(type)?.get(key);
    if (known !== undefined) return known;
    const no = this.#tagCount;
    if (no > TAGS_MAX || type.includes('\0')) return undefined;
    this.#setTag(type, key, no);
    ops.push({ type: 'put', key: concatBytes(TAG_PREFIX, utf8(`${type}\0${key}`)), value: new Writer(3).uint32(no).finish() });
    return no;
  }

  /** The numbers that a composite key may have: "a.b.c" is type "a" and key "b.c", or type "a.b" and key "c". */
  #tagNumbers(tag: string): readonly number[] {
    const out: number[] = [];
    for (let dot = tag.indexOf('.'); dot >= 0; dot = tag.indexOf('.', dot + 1)) {
      const no = this.#tags.get(tag.slice(0, dot))?.get(tag.slice(dot + 1));
      if (no !== undefined) out.push(no);
    }
    return out;
  }

  tx(hash: Uint8Array): IndexedTx | undefined {
    const value = this.#db.get(hashKey(hash));
    if (value === undefined) return undefined;
    const found = this.#checked(() => {
      const r = new Reader(value);
      return this.#load(r.int64(), r.uint32());
    });
    return found !== undefined && bytesEqual(txHash(found.tx), hash) ? found : undefined;
  }

  #checked<T>(decode: () => T): T {
    try {
      return decode();
    } catch (e) {
      if (e instanceof WireError) throw new CorruptionError(this.#db.location, `index entry: ${e.message}`);
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
      const wanted = decodeHash(hash.arg?.text ?? '');
      if (wanted.length === 0) throw new SearchError('error while retrieving the result: transaction hash cannot be empty');
      const found = this.tx(wanted);
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
    const hits = await this.#matches(kind, plan);
    return plan.heightParts.length === 0 ? hits : hits.filter((h) => plan.heightParts.every((part) => h.height.toString().includes(part)));
  }

  async #matches(kind: PostingKind, plan: IndexPlan): Promise<readonly Hit[]> {
    const first = plan.tests[0];
    if (first === undefined) return this.#everything(kind, plan);
    let hits = first.equals === undefined ? await this.#scan(kind, first, plan) : await this.#lookUp(kind, first.tag, first.equals, plan);
    const pause = breathe();
    for (const test of plan.tests.slice(1)) {
      if (hits.length === 0) return [];
      if (test.equals !== undefined) {
        const other = new Set((await this.#lookUp(kind, test.tag, test.equals, plan)).map((h) => `${h.height}/${h.tx}/${h.event}`));
        hits = hits.filter((h) => other.has(`${h.height}/${h.tx}/${h.event}`));
        continue;
      }
      const kept: Hit[] = [];
      for (const h of hits) {
        const events = kind === 'b' ? this.#results.loadBlockEvents(h.height) : this.#results.loadTxResult(h.height, h.tx)?.events;
        if (passes(events?.[h.event], test)) kept.push(h);
        const p = pause();
        if (p !== undefined) await p;
      }
      hits = kept;
    }
    return hits;
  }

  #range(plan: IndexPlan): { readonly from: bigint; readonly to: bigint } {
    const { min, max } = plan.heights;
    const { base } = this.#blocks;
    return { from: min > base ? min : base, to: max < this.#last ? max : this.#last };
  }

  /** Only heights were asked for. */
  async #everything(kind: PostingKind, plan: IndexPlan): Promise<readonly Hit[]> {
    const { from, to } = this.#range(plan);
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

  /** The events whose attribute has exactly this value. */
  async #lookUp(kind: PostingKind, tag: string, value: string, plan: IndexPlan): Promise<readonly Hit[]> {
    const numbers = this.#tagNumbers(tag);
    const { from, to } = this.#range(plan);
    if (numbers.length === 0 || to < from) return [];
    const hash = valueHash(value, this.#seed);
    const hits: Hit[] = [];
    const pause = breathe();
    const end = concatBytes(postingKey(kind, hash, to), new Uint8Array(1));
    for await (const [key, posting] of this.#db.iterate({ start: postingKey(kind, hash, from), end })) {
      const height = heightOfKey(key);
      for (const no of numbers) for (const place of this.#checked(() => decodePosting(posting, no))) hits.push({ ...place, height });
      const p = pause();
      if (p !== undefined) await p;
    }
    return hits;
  }

  /** The events whose attribute passes a test: reads the results of all blocks in which it occurs. */
  async #scan(kind: PostingKind, test: TagTest, plan: IndexPlan): Promise<readonly Hit[]> {
    const numbers = this.#tagNumbers(test.tag);
    const { from, to } = this.#range(plan);
    if (numbers.length === 0 || to < from) return [];
    const hits: Hit[] = [];
    const pause = breathe();
    const l = TAGS_OF_BLOCK[kind];
    for await (const [key, tags] of this.#db.iterate({ start: heightKey(l, from), end: heightKey(l, to + 1n) })) {
      if (!numbers.some((no) => this.#checked(() => hasTag(tags, no)))) continue;
      const height = new DataView(key.buffer, key.byteOffset).getBigUint64(1);
      const lists = kind === 'b' ? [this.#results.loadBlockEvents(height) ?? []] : this.#results.eventsOfTxs(height);
      let tx = 0;
      for (const events of lists) {
        for (const [event, e] of events.entries()) if (passes(e, test)) hits.push({ height, tx, event });
        tx++;
        const p = pause();
        if (p !== undefined) await p;
      }
    }
    return hits;
  }
}

function passes(e: AbciEvent | undefined, test: TagTest): boolean {
  return e?.attributes.some((a) => a.index && a.key !== '' && `${e.type}.${a.key}` === test.tag && test.test(a.value)) ?? false;
}

/** As Go's encoding/hex says it; `bad` is the first character that is no digit, if any. */
function hexError(bad: string | undefined): string {
  if (bad === undefined) return 'odd length hex string';
  const byte = utf8(bad)[0] as number;
  return `invalid byte: U+${byte.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(byte)}'`;
}

function decodeHash(text: string): Uint8Array {
  const bad = /[^0-9a-fA-F]/.exec(text);
  if (bad !== null || text.length % 2 !== 0) throw new SearchError(`error during searching for a hash in the query: encoding/hex: ${hexError(bad?.[0])}`);
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

// Makes the index entries of one block, in slices of time (see postings.ts for their form).
import type { AbciEvent } from '../abci/application.ts';
import type { DbOp } from '../store/db.ts';
import { breathe } from './breathe.ts';
import { encodePosting, encodeTags, type PostingKind, postingKey, type Triples, valueHash } from './postings.ts';

/** Gives a number to an attribute, new on first use; undefined when there are too many. */
export type NumberOfTag = (type: string, key: string) => number | undefined;

export class IndexWriter {
  readonly #numberOf: NumberOfTag;
  readonly #seed: readonly [number, number];
  readonly #byValue: Readonly<Record<PostingKind, Map<string, Triples>>> = { x: new Map(), b: new Map() };
  readonly #tags: Readonly<Record<PostingKind, Set<number>>> = { x: new Set(), b: new Set() };

  constructor(numberOf: NumberOfTag, seed: readonly [number, number]) {
    this.#numberOf = numberOf;
    this.#seed = seed;
  }

  /** Attributes without the mark, or without a key, and events without a type are left out. */
  add(kind: PostingKind, events: readonly AbciEvent[], tx: number): void {
    const byValue = this.#byValue[kind];
    for (let event = 0; event < events.length; event++) {
      const e = events[event] as AbciEvent;
      if (e.type === '') continue;
      for (const a of e.attributes) {
        if (!a.index || a.key === '') continue;
        const tag = this.#numberOf(e.type, a.key);
        if (tag === undefined) continue;
        this.#tags[kind].add(tag);
        const triples = byValue.get(a.value);
        if (triples === undefined) byValue.set(a.value, [tag, tx, event]);
        else triples.push(tag, tx, event);
      }
    }
  }

  /** Passes the entries on in groups; with `remove` their deletion. */
  async finish(
    height: bigint,
    tagsKey: (kind: PostingKind) => Uint8Array,
    write: (ops: readonly DbOp[]) => Promise<void>,
    groupSize: number,
    remove = false,
  ): Promise<void> {
    let ops: DbOp[] = [];
    const pause = breathe();
    const push = (key: Uint8Array, value: () => Uint8Array): void => {
      ops.push(remove ? { type: 'del', key } : { type: 'put', key, value: value() });
    };
    for (const kind of ['x', 'b'] as const) {
      if (this.#tags[kind].size > 0) push(tagsKey(kind), () => encodeTags(this.#tags[kind]));
      for (const [value, triples] of this.#byValue[kind]) {
        push(postingKey(kind, valueHash(value, this.#seed), height), () => encodePosting(triples));
        if (ops.length < groupSize) continue;
        await write(ops);
        ops = [];
        const p = pause();
        if (p !== undefined) await p;
      }
    }
    if (ops.length > 0) await write(ops);
  }
}

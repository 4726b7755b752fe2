// FinalizeBlock responses by height: the head (events, updates, app hash) and the results of transactions in groups, so that one
// transaction's result is read without decoding a whole block's, and encoding a large block does not hold up the event loop.

import type { AbciEvent, ExecTxResult, FinalizeBlockResponse, ValidatorUpdate } from '../abci/application.ts';
import { eventCodec, execTxResultCodec, validatorUpdateCodec } from '../abci/codec.ts';
import type { DurableDb } from '../blockstore/durable-db.ts';
import { bytes, type Codec, message, optional, repeated, uint32 } from '../encoding/codec.ts';
import { WireError } from '../encoding/proto-wire.ts';
import type { DbOp } from '../store/db.ts';
import { CorruptionError } from '../store/errors.ts';
import { type ConsensusParams, consensusParamsCodec } from '../types/consensus-params.ts';
import { breathe } from './breathe.ts';

export const RESULTS_PER_GROUP = 32;

interface Head {
  readonly events: readonly AbciEvent[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly consensusParamUpdates: ConsensusParams | undefined;
  readonly appHash: Uint8Array;
  readonly resultCount: number;
}
const headCodec: Codec<Head> = message<Head>('trellis.store.FinalizeBlockHead', {
  events: repeated(1, eventCodec),
  validatorUpdates: repeated(3, validatorUpdateCodec),
  consensusParamUpdates: optional(4, consensusParamsCodec),
  appHash: bytes(5),
  resultCount: uint32(6),
});
const groupCodec = message<{ readonly results: readonly ExecTxResult[] }>('trellis.store.TxResults', { results: repeated(1, execTxResultCodec) });

function key(letter: string, height: bigint, group?: number): Uint8Array {
  const k = new Uint8Array(group === undefined ? 9 : 13);
  k[0] = letter.charCodeAt(0);
  const view = new DataView(k.buffer);
  view.setBigUint64(1, height);
  if (group !== undefined) view.setUint32(9, group);
  return k;
}

export class ResultsStore {
  readonly #db: DurableDb;
  /** The group read last: searches and pages ask for neighbours. */
  #recent: { readonly height: bigint; readonly group: number; readonly results: readonly ExecTxResult[] } | undefined;

  constructor(db: DurableDb) {
    this.#db = db;
  }

  #decoded<T>(height: bigint, decode: () => T): T {
    try {
      return decode();
    } catch (e) {
      if (e instanceof WireError) throw new CorruptionError(this.#db.location, `results of height ${height}: ${e.message}`);
      throw e;
    }
  }

  async save(height: bigint, r: FinalizeBlockResponse): Promise<void> {
    const { events, validatorUpdates, consensusParamUpdates, appHash, txResults } = r;
    const head: Head = { events, validatorUpdates, consensusParamUpdates, appHash, resultCount: txResults.length };
    if (this.#recent?.height === height) this.#recent = undefined;
    const ops: DbOp[] = [{ type: 'put', key: key('h', height), value: headCodec.encode(head) }];
    const pause = breathe();
    for (let i = 0; i < txResults.length; i += RESULTS_PER_GROUP) {
      const results = txResults.slice(i, i + RESULTS_PER_GROUP);
      ops.push({ type: 'put', key: key('g', height, i / RESULTS_PER_GROUP), value: groupCodec.encode({ results }) });
      await pause();
    }
    await this.#db.write(ops);
  }

  #head(height: bigint): Head | undefined {
    const value = this.#db.get(key('h', height));
    return value === undefined ? undefined : this.#decoded(height, () => headCodec.decode(value));
  }

  #group(height: bigint, group: number): readonly ExecTxResult[] {
    if (this.#recent?.height === height && this.#recent.group === group) return this.#recent.results;
    const value = this.#db.get(key('g', height, group));
    if (value === undefined) throw new CorruptionError(this.#db.location, `results of height ${height}: group ${group} is missing`);
    const { results } = this.#decoded(height, () => groupCodec.decode(value));
    this.#recent = { height, group, results };
    return results;
  }

  load(height: bigint): FinalizeBlockResponse | undefined {
    const head = this.#head(height);
    if (head === undefined) return undefined;
    const txResults: ExecTxResult[] = [];
    for (let g = 0; g * RESULTS_PER_GROUP < head.resultCount; g++) txResults.push(...this.#group(height, g));
    if (txResults.length !== head.resultCount)
      throw new CorruptionError(this.#db.location, `results of height ${height}: ${txResults.length} of ${head.resultCount}`);
    const { events, validatorUpdates, consensusParamUpdates, appHash } = head;
    return { events, txResults, validatorUpdates, consensusParamUpdates, appHash };
  }

  /** The events of the block itself. */
  loadBlockEvents(height: bigint): readonly AbciEvent[] | undefined {
    return this.#head(height)?.events;
  }

  /** The events of each transaction of a height, read group by group. */
  *eventsOfTxs(height: bigint): Generator<readonly AbciEvent[]> {
    const head = this.#head(height);
    for (let g = 0; g * RESULTS_PER_GROUP < (head?.resultCount ?? 0); g++) for (const r of this.#group(height, g)) yield r.events;
  }

  loadTxResult(height: bigint, index: number): ExecTxResult | undefined {
    const group = Math.floor(index / RESULTS_PER_GROUP);
    if (this.#recent?.height === height && this.#recent.group === group) return this.#recent.results[index % RESULTS_PER_GROUP];
    return this.#db.has(key('g', height, group)) ? this.#group(height, group)[index % RESULTS_PER_GROUP] : undefined;
  }

  deletions(height: bigint): readonly DbOp[] {
    const head = this.#head(height);
    if (head === undefined) return [];
    const ops: DbOp[] = [{ type: 'del', key: key('h', height) }];
    for (let g = 0; g * RESULTS_PER_GROUP < head.resultCount; g++) ops.push({ type: 'del', key: key('g', height, g) });
    return ops;
  }
}

// The state and its history (cmt:state/store.go): validator sets and parameters by height, stored where they change and pointed to from
// the other heights. One synced write a block.
import type { FinalizeBlockResponse } from '../abci/application.ts';
import { type DurableDb, section } from '../blockstore/durable-db.ts';
import { type Codec, embed, int64, message, optional } from '../encoding/codec.ts';
import { WireError } from '../encoding/proto-wire.ts';
import type { DbOp } from '../store/db.ts';
import { CorruptionError } from '../store/errors.ts';
import { type ConsensusParams, completeConsensusParams, consensusParamsCodec, type FullConsensusParams } from '../types/consensus-params.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import { validatorSetCodec } from '../types/validator-set-codec.ts';
import { ResultsStore } from './results-store.ts';
import { nextHeight, type State, stateCodec } from './state.ts';

interface ValidatorsInfo {
  readonly validatorSet: ValidatorSet | undefined;
  readonly lastHeightChanged: bigint;
}
const validatorsInfoCodec: Codec<ValidatorsInfo> = message<ValidatorsInfo>('tendermint.state.ValidatorsInfo', {
  validatorSet: optional(1, validatorSetCodec),
  lastHeightChanged: int64(2),
});

interface ParamsInfo {
  readonly consensusParams: ConsensusParams;
  readonly lastHeightChanged: bigint;
}
const paramsInfoCodec: Codec<ParamsInfo> = message<ParamsInfo>('tendermint.state.ConsensusParamsInfo', {
  consensusParams: embed(1, consensusParamsCodec),
  lastHeightChanged: int64(2),
});

/** A set is stored whole at least so often: reading one advances its priorities from there. */
const VALIDATORS_CHECKPOINT_HEIGHTS = 100_000n;
const PRUNE_BATCH_HEIGHTS = 500n;
const STATE_KEY = new Uint8Array(['S'.charCodeAt(0)]);

function key(letter: string, height: bigint): Uint8Array {
  const k = new Uint8Array(9);
  k[0] = letter.charCodeAt(0);
  new DataView(k.buffer).setBigUint64(1, height);
  return k;
}
const validatorsKey = (height: bigint): Uint8Array => key('v', height);
const paramsKey = (height: bigint): Uint8Array => key('p', height);

const EMPTY_PARAMS: ConsensusParams = {
  block: undefined,
  evidence: undefined,
  validator: undefined,
  version: undefined,
  abci: undefined,
  authority: undefined,
};

export class StateStore {
  readonly results: ResultsStore;
  readonly #db: DurableDb;

  constructor(db: DurableDb) {
    this.#db = db;
    this.results = new ResultsStore(section(db, 'results'));
  }

  #decoded<T>(what: string, decode: () => T): T {
    try {
      return decode();
    } catch (e) {
      if (e instanceof WireError) throw new CorruptionError(this.#db.location, `${what}: ${e.message}`);
      throw e;
    }
  }

  /** undefined before the first save. Throws CorruptionError. */
  load(): State | undefined {
    const value = this.#db.get(STATE_KEY);
    return value === undefined ? undefined : this.#decoded('state', () => stateCodec.decode(value));
  }

  async save(s: State): Promise<void> {
    const ops: DbOp[] = [];
    const next = nextHeight(s);
    // The first state also says who validates the first block.
    if (s.lastBlockHeight === 0n) ops.push(this.#validatorsOp(next, next, s.validators));
    ops.push(this.#validatorsOp(next + 1n, s.lastHeightValidatorsChanged, s.nextValidators));
    ops.push(this.#paramsOp(next, s.lastHeightConsensusParamsChanged, s.consensusParams));
    ops.push({ type: 'put', key: STATE_KEY, value: stateCodec.encode(s) });
    await this.#db.write(ops);
  }

  /** Saves a state that did not come from applying a block (state sync): its three sets are all history there is. */
  async bootstrap(s: State): Promise<void> {
    const height = nextHeight(s);
    const ops: DbOp[] = [];
    if (height > 1n && s.lastValidators.size > 0) ops.push(this.#validatorsOp(height - 1n, height - 1n, s.lastValidators));
    ops.push(this.#validatorsOp(height, height, s.validators), this.#validatorsOp(height + 1n, height + 1n, s.nextValidators));
    ops.push(this.#paramsOp(height, s.lastHeightConsensusParamsChanged, s.consensusParams));
    ops.push({ type: 'put', key: STATE_KEY, value: stateCodec.encode(s) });
    await this.#db.write(ops);
  }

  #validatorsOp(height: bigint, lastHeightChanged: bigint, set: ValidatorSet): DbOp {
    if (lastHeightChanged > height) throw new Error(`state store: validators of height ${height} changed at ${lastHeightChanged}`);
    const whole = height === lastHeightChanged || height % VALIDATORS_CHECKPOINT_HEIGHTS === 0n;
    return { type: 'put', key: validatorsKey(height), value: validatorsInfoCodec.encode({ validatorSet: whole ? set : undefined, lastHeightChanged }) };
  }

  #paramsOp(height: bigint, lastHeightChanged: bigint, params: FullConsensusParams): DbOp {
    const consensusParams = height === lastHeightChanged ? params : EMPTY_PARAMS;
    return { type: 'put', key: paramsKey(height), value: paramsInfoCodec.encode({ consensusParams, lastHeightChanged }) };
  }

  #validatorsInfo(height: bigint): ValidatorsInfo | undefined {
    const value = this.#db.get(validatorsKey(height));
    return value === undefined ? undefined : this.#decoded(`validators of height ${height}`, () => validatorsInfoCodec.decode(value));
  }

  /** Where the set of a height is stored whole. */
  #storedAt(height: bigint, info: ValidatorsInfo): bigint {
    const checkpoint = height - (height % VALIDATORS_CHECKPOINT_HEIGHTS);
    return checkpoint > info.lastHeightChanged ? checkpoint : info.lastHeightChanged;
  }

  /** The set that votes on `height`; up to two above the last block. `advance` false leaves the priorities of the height it last changed. */
  loadValidators(height: bigint, advance = true): ValidatorSet | undefined {
    const info = this.#validatorsInfo(height);
    if (info === undefined) return undefined;
    if (info.validatorSet !== undefined) return info.validatorSet;
    const at = this.#storedAt(height, info);
    const set = this.#validatorsInfo(at)?.validatorSet;
    if (set === undefined) return undefined;
    return advance && height > at ? set.copyIncrementProposerPriority(Number(height - at)) : set;
  }

  loadConsensusParams(height: bigint): FullConsensusParams | undefined {
    const info = this.#paramsInfo(height);
    if (info === undefined) return undefined;
    const at = info.consensusParams.block === undefined ? this.#paramsInfo(info.lastHeightChanged) : info;
    return at?.consensusParams.block === undefined ? undefined : completeConsensusParams(at.consensusParams);
  }

  #paramsInfo(height: bigint): ParamsInfo | undefined {
    const value = this.#db.get(paramsKey(height));
    return value === undefined ? undefined : this.#decoded(`parameters of height ${height}`, () => paramsInfoCodec.decode(value));
  }

  saveResults(height: bigint, response: FinalizeBlockResponse): Promise<void> {
    return this.results.save(height, response);
  }

  loadResults(height: bigint): FinalizeBlockResponse | undefined {
    return this.results.load(height);
  }

  /**
   * Deletes results and parameters of heights from `from` to below `to`, and validator sets below `keepValidatorsFrom`, which evidence may
   * still need; what kept heights point to stays.
   */
  async prune(from: bigint, to: bigint, keepValidatorsFrom: bigint = to): Promise<void> {
    if (from <= 0n || to <= from) return;
    const lowest = keepValidatorsFrom < to ? keepValidatorsFrom : to;
    const params = this.#paramsInfo(to);
    if (params === undefined) throw new Error(`state store: cannot prune to ${to}, it has no state of that height`);
    const results = section(this.#db, 'results');
    for (let start = from; start < to; start += PRUNE_BATCH_HEIGHTS) {
      const end = start + PRUNE_BATCH_HEIGHTS < to ? start + PRUNE_BATCH_HEIGHTS : to;
      const ops: DbOp[] = [];
      const resultOps: DbOp[] = [];
      for (let h = start; h < end; h++) {
        if (h !== params.lastHeightChanged) ops.push({ type: 'del', key: paramsKey(h) });
        resultOps.push(...this.results.deletions(h));
      }
      if (resultOps.length > 0) await results.write(resultOps);
      if (ops.length > 0) await this.#db.write(ops);
    }
    const validators = this.#validatorsInfo(lowest);
    if (validators === undefined) return;
    const kept = this.#storedAt(lowest, validators);
    const ops: DbOp[] = [];
    for await (const [k] of this.#db.iterate({ start: validatorsKey(0n), end: validatorsKey(lowest) })) {
      if (new DataView(k.buffer, k.byteOffset).getBigUint64(1) !== kept) ops.push({ type: 'del', key: k });
    }
    if (ops.length > 0) await this.#db.write(ops);
  }
}

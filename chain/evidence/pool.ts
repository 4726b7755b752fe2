// Evidence that waits for a block, and a note of what was committed (cmt:evidence/pool.go). Conflicting votes of the running height are kept
// aside until the height is decided, because the evidence carries its block's time.
// Invariants: what is pending is true by `verifyEvidence` when it entered; a piece is pending or committed, never both.
import type { BlockStore } from '../blockstore/block-store.ts';
import type { DurableDb } from '../blockstore/durable-db.ts';
import { toHex } from '../encoding/bytes.ts';
import { WireError } from '../encoding/proto-wire.ts';
import type { DbOp } from '../store/db.ts';
import { CorruptionError } from '../store/errors.ts';
import { TypesError } from '../types/errors.ts';
import {
  type Evidence,
  evidenceCodec,
  evidenceHash,
  evidenceHeight,
  evidenceListCodec,
  evidenceTime,
  newDuplicateVoteEvidence,
  validateEvidence,
} from '../types/evidence.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import type { Vote } from '../types/vote.ts';
import { type CheckSignatures, type EvidenceChain, isExpired, verifyEvidence } from './verify.ts';

/** The part of the chain's state that the pool follows. */
export interface EvidenceState {
  readonly chainId: string;
  readonly lastBlockHeight: bigint;
  readonly lastBlockTime: bigint;
  /** Of the last block. */
  readonly lastValidators: ValidatorSet;
  readonly consensusParams: { readonly evidence: { readonly maxAgeNumBlocks: bigint; readonly maxAgeDuration: bigint } };
}

export interface EvidencePoolDependencies {
  readonly db: DurableDb;
  readonly blockStore: Pick<BlockStore, 'loadBlock' | 'loadBlockMeta' | 'loadCommit' | 'height'>;
  readonly loadValidators: (height: bigint) => ValidatorSet | undefined;
  readonly checkSignatures: CheckSignatures;
  readonly onError: (what: string, error: unknown) => void;
}

const COMMITTED = 'c';
const PENDING = 'p';

function key(letter: string, e: Evidence): Uint8Array {
  const hash = evidenceHash(e);
  const k = new Uint8Array(9 + hash.length);
  k[0] = letter.charCodeAt(0);
  new DataView(k.buffer).setBigUint64(1, evidenceHeight(e));
  k.set(hash, 9);
  return k;
}

export class EvidencePool {
  readonly #d: EvidencePoolDependencies;
  #state: EvidenceState;
  /** By hash, in the order of height. */
  #pending: Map<string, Evidence>;
  #conflicts: { readonly voteA: Vote; readonly voteB: Vote }[] = [];
  #listeners = new Set<(e: Evidence) => void>();

  private constructor(d: EvidencePoolDependencies, state: EvidenceState, pending: Map<string, Evidence>) {
    this.#d = d;
    this.#state = state;
    this.#pending = pending;
  }

  /** Throws CorruptionError. */
  static async open(d: EvidencePoolDependencies, state: EvidenceState): Promise<EvidencePool> {
    const pending = new Map<string, Evidence>();
    const start = new Uint8Array([PENDING.charCodeAt(0)]);
    const end = new Uint8Array([PENDING.charCodeAt(0) + 1]);
    for await (const [, value] of d.db.iterate({ start, end })) {
      try {
        const e = evidenceCodec.decode(value);
        pending.set(toHex(evidenceHash(e)), e);
      } catch (e) {
        if (e instanceof WireError) throw new CorruptionError(d.db.location, `pending evidence: ${e.message}`);
        throw e;
      }
    }
    const pool = new EvidencePool(d, state, pending);
    // A crash may have come between committing the last block and noting its evidence here.
    await pool.#markCommitted(d.blockStore.loadBlock(state.lastBlockHeight)?.evidence ?? []);
    await pool.#dropExpired();
    return pool;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** All that waits, oldest height first: what gossip sends. */
  list(): readonly Evidence[] {
    return [...this.#pending.values()];
  }

  /** Called for each piece that enters. */
  onAdded(listener: (e: Evidence) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** As much as fits in `maxBytes` of a block (-1n: all), and the bytes it takes. */
  pending(maxBytes: bigint): { readonly evidence: readonly Evidence[]; readonly bytes: bigint } {
    const evidence: Evidence[] = [];
    let bytes = 0n;
    for (const e of this.#pending.values()) {
      const withNext = BigInt(evidenceListCodec.encode([...evidence, e]).length);
      if (maxBytes !== -1n && withNext > maxBytes) break;
      evidence.push(e);
      bytes = withNext;
    }
    return { evidence, bytes };
  }

  #chain(): EvidenceChain {
    const { blockStore, loadValidators } = this.#d;
    const { chainId, lastBlockHeight, lastBlockTime, consensusParams } = this.#state;
    return {
      chainId,
      height: lastBlockHeight,
      storeHeight: blockStore.height,
      lastBlockTime,
      ...consensusParams.evidence,
      meta: (h) => blockStore.loadBlockMeta(h),
      commit: (h) => blockStore.loadCommit(h),
      validators: loadValidators,
    };
  }

  #isCommitted(e: Evidence): boolean {
    return this.#d.db.has(key(COMMITTED, e));
  }

  #isPending(e: Evidence): boolean {
    return this.#pending.has(toHex(evidenceHash(e)));
  }

  async #enter(e: Evidence): Promise<void> {
    await this.#d.db.write([{ type: 'put', key: key(PENDING, e), value: evidenceCodec.encode(e) }]);
    const entries = [...this.#pending, [toHex(evidenceHash(e)), e] as const];
    entries.sort(([, a], [, b]) => (evidenceHeight(a) < evidenceHeight(b) ? -1 : evidenceHeight(a) > evidenceHeight(b) ? 1 : 0));
    this.#pending = new Map(entries);
    for (const listener of this.#listeners) listener(e);
  }

  /** Evidence from a peer or a client. Known evidence is ignored; throws TypesError where it is not true. */
  async add(e: Evidence): Promise<void> {
    if (this.#isPending(e) || this.#isCommitted(e)) return;
    validateEvidence(e);
    await verifyEvidence(e, this.#chain(), this.#d.checkSignatures);
    if (!this.#isPending(e)) await this.#enter(e);
  }

  /** The evidence of a proposed block. Throws TypesError where a piece is not true, committed before, or there twice. */
  async check(list: readonly Evidence[]): Promise<void> {
    const seen = new Set<string>();
    for (const e of list) {
      // Another attack may have the same hash, so what is known of light client attacks proves nothing.
      if (e.case === 'lightClientAttack' || !this.#isPending(e)) {
        if (this.#isCommitted(e)) throw new TypesError('evidence', 'evidence was already committed');
        await verifyEvidence(e, this.#chain(), this.#d.checkSignatures);
        if (!this.#isPending(e)) await this.#enter(e);
      }
      const hash = toHex(evidenceHash(e));
      if (seen.has(hash)) throw new TypesError('evidence', 'duplicate evidence');
      seen.add(hash);
    }
  }

  /** Two verified votes of one validator for different values, as consensus saw them. */
  reportConflictingVotes(voteA: Vote, voteB: Vote): void {
    this.#conflicts.push({ voteA, voteB });
  }

  /** After a block: its evidence is committed, conflicting votes of its height become evidence, what is too old goes. */
  async update(state: EvidenceState, committed: readonly Evidence[]): Promise<void> {
    if (state.lastBlockHeight <= this.#state.lastBlockHeight) {
      throw new Error(`evidence pool: update to height ${state.lastBlockHeight} after ${this.#state.lastBlockHeight}`);
    }
    this.#state = state;
    await this.#processConflicts(state);
    await this.#markCommitted(committed);
    await this.#dropExpired();
  }

  async #markCommitted(committed: readonly Evidence[]): Promise<void> {
    const ops: DbOp[] = [];
    for (const e of committed) {
      if (this.#pending.delete(toHex(evidenceHash(e)))) ops.push({ type: 'del', key: key(PENDING, e) });
      ops.push({ type: 'put', key: key(COMMITTED, e), value: new Uint8Array(0) });
    }
    if (ops.length > 0) await this.#d.db.write(ops);
  }

  async #processConflicts(state: EvidenceState): Promise<void> {
    for (const { voteA, voteB } of this.#conflicts.splice(0)) {
      const { height } = voteA;
      try {
        const last = height === state.lastBlockHeight;
        const time = last ? state.lastBlockTime : this.#d.blockStore.loadBlockMeta(height)?.header.time;
        const validators = last ? state.lastValidators : this.#d.loadValidators(height);
        if (time === undefined || validators === undefined) throw new TypesError('evidence', `no block time or validators of height ${height}`);
        const e: Evidence = { case: 'duplicateVote', value: newDuplicateVoteEvidence(voteA, voteB, time, validators) };
        if (!this.#isPending(e) && !this.#isCommitted(e)) await this.#enter(e);
      } catch (e) {
        if (!(e instanceof TypesError)) throw e;
        this.#d.onError('conflicting votes that make no evidence', e);
      }
    }
  }

  async #dropExpired(): Promise<void> {
    const chain = this.#chain();
    const ops: DbOp[] = [];
    for (const [hash, e] of this.#pending) {
      if (!isExpired(chain, evidenceHeight(e), evidenceTime(e))) continue;
      this.#pending.delete(hash);
      ops.push({ type: 'del', key: key(PENDING, e) });
    }
    if (ops.length > 0) await this.#d.db.write(ops);
  }
}

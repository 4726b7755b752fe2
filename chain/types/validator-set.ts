// The validator set and its proposer priorities (cmt:types/validator_set.go, wire.md "Proposer priority").
// Invariants: ordered by power descending, then address ascending; addresses unique; total power ≤ MAX_TOTAL_VOTING_POWER.
// Validators are immutable records: a change of priority replaces the record, so copies share what did not change.
import { merkleRoot } from '../crypto/merkle.ts';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual, compareBytes, toHex } from '../encoding/bytes.ts';
import { type Codec, int64, message, optional } from '../encoding/codec.ts';
import { Writer } from '../encoding/proto-wire.ts';
import { capped } from './capped.ts';
import { TypesError, within } from './errors.ts';
import { MAX_VOTES_COUNT } from './limits.ts';
import { mapped } from './mapped.ts';
import { compareProposerPriority, compareValidators, type Validator, validateValidator, validatorBytes, validatorCodec } from './validator.ts';
import { planValidatorChanges } from './validator-updates.ts';

const INT64_MAX = 9_223_372_036_854_775_807n;
const INT64_MIN = -9_223_372_036_854_775_808n;
export const MAX_TOTAL_VOTING_POWER = INT64_MAX / 8n;
/** Times the total power: the widest distance that priorities may have. */
export const PRIORITY_WINDOW_SIZE_FACTOR = 2n;

function clip(n: bigint): bigint {
  return n > INT64_MAX ? INT64_MAX : n < INT64_MIN ? INT64_MIN : n;
}

/** A map key of an address; those longer than any real one have a longer key. */
function keyOf(address: Uint8Array): string {
  return address.length <= 32 ? String.fromCharCode(...address) : toHex(address);
}

/** Sum of the powers; throws TypesError above MAX_TOTAL_VOTING_POWER. */
function sumPower(validators: readonly Validator[]): bigint {
  let sum = 0n;
  for (const v of validators) {
    sum += v.votingPower;
    if (sum > MAX_TOTAL_VOTING_POWER) throw new TypesError('validator-set', `total voting power exceeds maximum ${MAX_TOTAL_VOTING_POWER}`);
  }
  return sum;
}

export class ValidatorSet {
  #validators: readonly Validator[];
  #proposer: Validator | undefined;
  #total: bigint;
  #hash: Uint8Array | undefined;
  #index: ReadonlyMap<string, number> | undefined;

  private constructor(validators: readonly Validator[], proposer: Validator | undefined) {
    this.#validators = validators;
    this.#proposer = proposer;
    this.#total = sumPower(validators);
  }

  /** A new set: priorities start from zero and are advanced once. Throws TypesError on duplicates and powers ≤ 0 or too great. */
  static create(validators: readonly Validator[]): ValidatorSet {
    const set = new ValidatorSet([], undefined);
    if (validators.length > 0) {
      set.#update(validators, false);
      set.incrementProposerPriority(1);
    }
    return set;
  }

  static empty(): ValidatorSet {
    return new ValidatorSet([], undefined);
  }

  /** A set as it was stored or received: order, priorities and proposer stay. Checks nothing but the total; see validate. */
  static restore(validators: readonly Validator[], proposer: Validator | undefined): ValidatorSet {
    return new ValidatorSet(validators, proposer);
  }

  /**
   * A set from validators of a page-wise reply, which names no proposer: priorities stay, the proposer is the validator whose priority is
   * the lowest, as the last proposer's is (cmt ValidatorSetFromExistingValidators). Throws TypesError.
   */
  static fromExisting(validators: readonly Validator[]): ValidatorSet {
    if (validators.length === 0) throw new TypesError('validator-set', 'validator set is empty');
    for (const v of validators) validateValidator(v);
    let last = validators[0] as Validator;
    for (const v of validators.slice(1)) if (compareProposerPriority(last, v) < 0) last = v;
    return new ValidatorSet([...validators].sort(compareValidators), last);
  }

  get validators(): readonly Validator[] {
    return this.#validators;
  }

  get size(): number {
    return this.#validators.length;
  }

  get totalVotingPower(): bigint {
    return this.#total;
  }

  /** Undefined only in an empty set. */
  get proposer(): Validator | undefined {
    if (this.#proposer === undefined && this.#validators.length > 0) this.#proposer = this.#mostPriority();
    return this.#proposer;
  }

  /** Index and record of the validator with the address. */
  getByAddress(address: Uint8Array): { readonly index: number; readonly validator: Validator } | undefined {
    this.#index ??= new Map(this.#validators.map((v, i) => [keyOf(v.address), i]));
    const index = this.#index.get(keyOf(address));
    return index === undefined ? undefined : { index, validator: this.#validators[index] as Validator };
  }

  /** Undefined outside [0, size), also for numbers that are not whole (F-4). */
  getByIndex(index: number): Validator | undefined {
    return this.#validators[index];
  }

  hasAddress(address: Uint8Array): boolean {
    return this.getByAddress(address) !== undefined;
  }

  /** Merkle root over keys and powers in the set's order. */
  hash(): Uint8Array {
    this.#hash ??= merkleRoot(this.#validators.map(validatorBytes));
    return this.#hash;
  }

  /** SHA-256 over the priorities as zigzag varints; empty for an empty set. Two sets that differ in priorities only differ here (F-14). */
  proposerPriorityHash(): Uint8Array {
    if (this.#validators.length === 0) return new Uint8Array(0);
    const w = new Writer(10 * this.#validators.length);
    for (const v of this.#validators) w.sint64(v.proposerPriority);
    return sha256(w.finish());
  }

  copy(): ValidatorSet {
    const c = new ValidatorSet([], undefined);
    c.#validators = this.#validators;
    c.#proposer = this.#proposer;
    c.#total = this.#total;
    c.#hash = this.#hash;
    c.#index = this.#index;
    return c;
  }

  /** A copy advanced `times` in one call, as a round above the current one needs it. */
  copyIncrementProposerPriority(times: number): ValidatorSet {
    const c = this.copy();
    c.incrementProposerPriority(times);
    return c;
  }

  /** Advances the priorities `times` (> 0) times; rescaling and centring happen once. Throws on an empty set: that is a bug. */
  incrementProposerPriority(times: number): void {
    if (this.#validators.length === 0) throw new Error('validator set: no proposer in an empty set');
    if (!Number.isInteger(times) || times <= 0) throw new Error(`validator set: cannot advance ${times} times`);
    const priorities = this.#validators.map((v) => v.proposerPriority);
    this.#rescaleAndCentre(priorities);
    let most = 0;
    for (let t = 0; t < times; t++) {
      for (let i = 0; i < priorities.length; i++) {
        priorities[i] = clip((priorities[i] as bigint) + (this.#validators[i] as Validator).votingPower);
      }
      most = 0;
      for (let i = 1; i < priorities.length; i++) {
        const a = priorities[most] as bigint;
        const b = priorities[i] as bigint;
        if (b > a || (b === a && compareBytes(this.#addressAt(i), this.#addressAt(most)) < 0)) most = i;
      }
      priorities[most] = clip((priorities[most] as bigint) - this.#total);
    }
    this.#setPriorities(priorities);
    this.#proposer = this.#validators[most];
  }

  /**
   * Applies changes of power: 0 removes, an unknown address adds. All or nothing; throws TypesError on duplicates, negative or too great
   * powers, an unknown address to remove, or an empty result. The proposer stays until the next increment.
   */
  updateWithChangeSet(changes: readonly Validator[]): void {
    this.#update(changes, true);
  }

  /** Form only, as a peer's or a file's set must have it. Throws TypesError. */
  validate(): void {
    if (this.#validators.length === 0) throw new TypesError('validator-set', 'validator set is nil or empty');
    for (const [i, v] of this.#validators.entries()) within('validator-set', `invalid validator #${i}`, () => validateValidator(v));
    const p = this.proposer as Validator;
    within('validator-set', 'proposer failed validate basic, error', () => validateValidator(p));
    if (!this.hasAddress(p.address)) throw new TypesError('validator-set', 'proposer not in validator set');
  }

  #addressAt(i: number): Uint8Array {
    return (this.#validators[i] as Validator).address;
  }

  #mostPriority(): Validator {
    let most = this.#validators[0] as Validator;
    for (const v of this.#validators) if (compareProposerPriority(v, most) < 0) most = v;
    return most;
  }

  #setPriorities(priorities: readonly bigint[]): void {
    this.#validators = this.#validators.map((v, i) => {
      const proposerPriority = priorities[i] as bigint;
      return proposerPriority === v.proposerPriority ? v : { ...v, proposerPriority };
    });
  }

  /** RescalePriorities(2 · total), then shiftByAvgProposerPriority. */
  #rescaleAndCentre(priorities: bigint[]): void {
    const window = PRIORITY_WINDOW_SIZE_FACTOR * this.#total;
    let min = INT64_MAX;
    let max = INT64_MIN;
    for (const p of priorities) {
      if (p < min) min = p;
      if (p > max) max = p;
    }
    // Go computes the difference in int64, where it may wrap; priorities of a peer may be anything, so it is reproduced.
    let diff = BigInt.asIntN(64, max - min);
    if (diff < 0n) diff = BigInt.asIntN(64, -diff);
    if (window > 0n && diff > window) {
      const ratio = BigInt.asIntN(64, diff + window - 1n) / window;
      for (let i = 0; i < priorities.length; i++) priorities[i] = (priorities[i] as bigint) / ratio;
    }
    let sum = 0n;
    for (const p of priorities) sum += p;
    const n = BigInt(priorities.length);
    // Euclidean division: the remainder is never negative.
    let avg = sum / n;
    if (sum % n < 0n) avg -= 1n;
    for (let i = 0; i < priorities.length; i++) priorities[i] = clip((priorities[i] as bigint) - avg);
  }

  #update(changes: readonly Validator[], allowRemovals: boolean): void {
    if (changes.length === 0) return;
    const next = planValidatorChanges(this, changes, allowRemovals, MAX_TOTAL_VOTING_POWER);
    const total = sumPower(next);
    this.#validators = next;
    this.#total = total;
    this.#hash = undefined;
    this.#index = undefined;
    const priorities = next.map((v) => v.proposerPriority);
    this.#rescaleAndCentre(priorities);
    this.#setPriorities(priorities);
    this.#validators = [...this.#validators].sort(compareValidators);
  }
}

interface ValidatorSetMessage {
  readonly validators: readonly Validator[];
  readonly proposer: Validator | undefined;
  readonly totalVotingPower: bigint;
}

const wireCodec: Codec<ValidatorSetMessage> = message('tendermint.types.ValidatorSet', {
  validators: capped(1, validatorCodec, MAX_VOTES_COUNT),
  proposer: optional(2, validatorCodec),
  totalVotingPower: int64(3),
});

/** The total is written as 0 and recomputed on reading: a peer's number is not trusted. A set that is not empty must pass `validate`. */
export const validatorSetCodec: Codec<ValidatorSet> = mapped(
  wireCodec,
  (w) => {
    if (w.validators.length === 0) return ValidatorSet.empty();
    if (w.proposer === undefined) throw new TypesError('validator-set', 'proposer is missing');
    const set = ValidatorSet.restore(w.validators, w.proposer);
    set.validate();
    return set;
  },
  (s) => ({ validators: [...s.validators], proposer: s.proposer, totalVotingPower: 0n }),
);

/** Same validators, powers and order; priorities and proposer may differ. */
export function sameValidators(a: ValidatorSet, b: ValidatorSet): boolean {
  return bytesEqual(a.hash(), b.hash());
}

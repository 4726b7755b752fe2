// The validator set and its proposer priorities (cmt:types/validator_set.go, wire.md "Proposer priority").
// Invariants: ordered by power descending, then address ascending; addresses unique; total power ≤ MAX_TOTAL_VOTING_POWER.
// Validators are immutable records: a change of priority replaces the record, so copies share what did not change.
import './secp256k1-addresses.ts';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual, compareBytes } from '../encoding/bytes.ts';
import { Writer } from '../encoding/proto-wire.ts';
import { TypesError } from './errors.ts';
import { compareProposerPriority, compareValidators, type Validator, validateValidator } from './validator.ts';
import { MAX_TOTAL_VOTING_POWER, sumPower, ValidatorList } from './validator-list.ts';
import { planValidatorChanges } from './validator-updates.ts';

const INT64_MAX = 9_223_372_036_854_775_807n;
const INT64_MIN = -9_223_372_036_854_775_808n;

export { MAX_TOTAL_VOTING_POWER };
/** Times the total power: the widest distance that priorities may have. */
export const PRIORITY_WINDOW_SIZE_FACTOR = 2n;

function clip(n: bigint): bigint {
  return n > INT64_MAX ? INT64_MAX : n < INT64_MIN ? INT64_MIN : n;
}

export class ValidatorSet extends ValidatorList {
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

  /** Undefined only in an empty set. */
  override get proposer(): Validator | undefined {
    if (this.chosen === undefined && this.list.length > 0) this.chosen = this.#mostPriority();
    return this.chosen;
  }

  /** SHA-256 over the priorities as zigzag varints; empty for an empty set. Two sets that differ in priorities only differ here (F-14). */
  proposerPriorityHash(): Uint8Array {
    if (this.list.length === 0) return new Uint8Array(0);
    const w = new Writer(10 * this.list.length);
    for (const v of this.list) w.sint64(v.proposerPriority);
    return sha256(w.finish());
  }

  copy(): ValidatorSet {
    const c = new ValidatorSet([], undefined);
    c.list = this.list;
    c.chosen = this.chosen;
    c.total = this.total;
    c.root = this.root;
    c.index = this.index;
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
    if (this.list.length === 0) throw new Error('validator set: no proposer in an empty set');
    if (!Number.isInteger(times) || times <= 0) throw new Error(`validator set: cannot advance ${times} times`);
    const priorities = this.list.map((v) => v.proposerPriority);
    this.#rescaleAndCentre(priorities);
    let most = 0;
    for (let t = 0; t < times; t++) {
      for (let i = 0; i < priorities.length; i++) {
        priorities[i] = clip((priorities[i] as bigint) + (this.list[i] as Validator).votingPower);
      }
      most = 0;
      for (let i = 1; i < priorities.length; i++) {
        const a = priorities[most] as bigint;
        const b = priorities[i] as bigint;
        if (b > a || (b === a && compareBytes(this.#addressAt(i), this.#addressAt(most)) < 0)) most = i;
      }
      priorities[most] = clip((priorities[most] as bigint) - this.total);
    }
    this.#setPriorities(priorities);
    this.chosen = this.list[most];
  }

  /**
   * Applies changes of power: 0 removes, an unknown address adds. All or nothing; throws TypesError on duplicates, negative or too great
   * powers, an unknown address to remove, or an empty result. The proposer stays until the next increment.
   */
  updateWithChangeSet(changes: readonly Validator[]): void {
    this.#update(changes, true);
  }

  #addressAt(i: number): Uint8Array {
    return (this.list[i] as Validator).address;
  }

  #mostPriority(): Validator {
    let most = this.list[0] as Validator;
    for (const v of this.list) if (compareProposerPriority(v, most) < 0) most = v;
    return most;
  }

  #setPriorities(priorities: readonly bigint[]): void {
    this.list = this.list.map((v, i) => {
      const proposerPriority = priorities[i] as bigint;
      return proposerPriority === v.proposerPriority ? v : { ...v, proposerPriority };
    });
  }

  /** RescalePriorities(2 · total), then shiftByAvgProposerPriority. */
  #rescaleAndCentre(priorities: bigint[]): void {
    const window = PRIORITY_WINDOW_SIZE_FACTOR * this.total;
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
    this.list = next;
    this.total = total;
    this.root = undefined;
    this.index = undefined;
    this.isValid = false;
    const priorities = next.map((v) => v.proposerPriority);
    this.#rescaleAndCentre(priorities);
    this.#setPriorities(priorities);
    this.list = [...this.list].sort(compareValidators);
  }
}

/** Same validators, powers and order; priorities and proposer may differ. */
export function sameValidators(a: ValidatorSet, b: ValidatorSet): boolean {
  return bytesEqual(a.hash(), b.hash());
}

// A validator set as those see it who only verify: who is in it, with which power, its hash. The set that also decides who proposes is
// validator-set.ts, which builds on this one. Invariants: ordered by power descending, then address ascending; addresses unique.
import { merkleRoot } from '../crypto/merkle.ts';
import { toHex } from '../encoding/bytes.ts';
import { TypesError, within } from './errors.ts';
import { type Validator, validateValidator, validatorBytes } from './validator.ts';

export const MAX_TOTAL_VOTING_POWER = 9_223_372_036_854_775_807n / 8n;

/** A map key of an address; those longer than any real one have a longer key. */
function keyOf(address: Uint8Array): string {
  return address.length <= 32 ? String.fromCharCode(...address) : toHex(address);
}

/** Sum of the powers; throws TypesError above MAX_TOTAL_VOTING_POWER. */
export function sumPower(validators: readonly Validator[]): bigint {
  let sum = 0n;
  for (const v of validators) {
    sum += v.votingPower;
    if (sum > MAX_TOTAL_VOTING_POWER) throw new TypesError('validator-set', `total voting power exceeds maximum ${MAX_TOTAL_VOTING_POWER}`);
  }
  return sum;
}

export class ValidatorList {
  protected list: readonly Validator[];
  protected chosen: Validator | undefined;
  protected total: bigint;
  protected root: Uint8Array | undefined;
  protected index: ReadonlyMap<string, number> | undefined;
  protected isValid = false;

  /** The order stays; nothing is checked but the total. See validate. */
  constructor(validators: readonly Validator[], proposer: Validator | undefined) {
    this.list = validators;
    this.chosen = proposer;
    this.total = sumPower(validators);
  }

  get validators(): readonly Validator[] {
    return this.list;
  }

  get size(): number {
    return this.list.length;
  }

  get totalVotingPower(): bigint {
    return this.total;
  }

  get proposer(): Validator | undefined {
    return this.chosen;
  }

  /** Index and record of the validator with the address. */
  getByAddress(address: Uint8Array): { readonly index: number; readonly validator: Validator } | undefined {
    this.index ??= new Map(this.list.map((v, i) => [keyOf(v.address), i]));
    const index = this.index.get(keyOf(address));
    return index === undefined ? undefined : { index, validator: this.list[index] as Validator };
  }

  /** Undefined outside [0, size), also for numbers that are not whole (F-4). */
  getByIndex(index: number): Validator | undefined {
    return this.list[index];
  }

  hasAddress(address: Uint8Array): boolean {
    return this.getByAddress(address) !== undefined;
  }

  /** Merkle root over keys and powers in the set's order. */
  hash(): Uint8Array {
    this.root ??= merkleRoot(this.list.map(validatorBytes));
    return this.root;
  }

  /** Form only, as a peer's or a file's set must have it. Throws TypesError. */
  validate(): void {
    if (this.isValid) return;
    if (this.list.length === 0) throw new TypesError('validator-set', 'validator set is nil or empty');
    for (const [i, v] of this.list.entries()) within('validator-set', `invalid validator #${i}`, () => validateValidator(v));
    const p = this.proposer as Validator;
    within('validator-set', 'proposer failed validate basic, error', () => validateValidator(p));
    if (!this.hasAddress(p.address)) throw new TypesError('validator-set', 'proposer not in validator set');
    this.isValid = true;
  }
}

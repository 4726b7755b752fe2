// The votes of one height, round and type, and the thresholds they reach (cmt:types/vote_set.go).
// Signatures are not checked here: `check` says whether a vote is new, the caller verifies it, `add` counts it.
// A validator's second, conflicting vote is counted only for a block that a peer claims +2/3 for, one claim a peer: memory stays bounded.
// Invariants: power of `votes` = sum; the first block to reach +2/3 stays the majority.
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import { type BlockId, blockIdsEqual, formatBlockId, isZeroBlockId } from '../types/block-id.ts';
import { type Commit, commitVote } from '../types/commit.ts';
import { type ExtendedCommit, extendedCommitVote, voteToExtendedCommitSig } from '../types/extended-commit.ts';
import type { Validator } from '../types/validator.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import type { Vote } from '../types/vote.ts';
import { ConsensusError } from './errors.ts';

interface BlockVotes {
  /** A peer claims +2/3 for this block: conflicting votes for it are kept. */
  peerMaj23: boolean;
  readonly votes: (Vote | undefined)[];
  sum: bigint;
}

export type VoteCheck = { readonly kind: 'new'; readonly validator: Validator } | { readonly kind: 'duplicate' };
export interface VoteAdded {
  readonly added: boolean;
  /** The vote of the same validator for another block. */
  readonly conflicting: Vote | undefined;
}

export class VoteSet {
  readonly height: bigint;
  readonly round: number;
  /** 1 prevote, 2 precommit. */
  readonly type: number;
  readonly validators: ValidatorSet;
  readonly #total: bigint;
  readonly #quorum: bigint;
  readonly #votes: (Vote | undefined)[];
  readonly #byBlock = new Map<string, BlockVotes>();
  readonly #peerMaj23s = new Map<string, BlockId>();
  #sum = 0n;
  #maj23: BlockId | undefined;

  constructor(height: bigint, round: number, type: number, validators: ValidatorSet) {
    this.height = height;
    this.round = round;
    this.type = type;
    this.validators = validators;
    this.#total = validators.totalVotingPower;
    this.#quorum = (this.#total * 2n) / 3n + 1n;
    this.#votes = new Array<Vote | undefined>(validators.validators.length).fill(undefined);
  }

  /** Throws ConsensusError for a vote that does not belong here, or that differs from a known one in its signature only. */
  check(vote: Vote): VoteCheck {
    const { validatorIndex: index, validatorAddress: address } = vote;
    if (address.length === 0) throw new ConsensusError('invalid-validator-address', 'empty address: invalid validator address');
    if (vote.height !== this.height || vote.round !== this.round || vote.type !== this.type) {
      throw new ConsensusError(
        'unexpected-step',
        `expected ${this.height}/${this.round}/${this.type}, but got ${vote.height}/${vote.round}/${vote.type}: unexpected step`,
      );
    }
    const validator = index < 0 ? undefined : this.validators.validators[index];
    if (validator === undefined) {
      throw new ConsensusError('invalid-validator-index', `cannot find validator ${index} in a set of ${this.#votes.length}: invalid validator index`);
    }
    if (!bytesEqual(address, validator.address)) {
      const got = `${toHexUpper(address)} does not match address ${toHexUpper(validator.address)}`;
      throw new ConsensusError('invalid-validator-address', `validator address ${got} of index ${index}: is the genesis the same on all validators?`);
    }
    const known = this.#find(index, vote.blockId);
    if (known === undefined) return { kind: 'new', validator };
    if (bytesEqual(known.signature, vote.signature)) return { kind: 'duplicate' };
    throw new ConsensusError('non-deterministic-signature', `validator ${index} signed the same vote twice with different signatures`);
  }

  #find(index: number, id: BlockId): Vote | undefined {
    const primary = this.#votes[index];
    if (primary !== undefined && blockIdsEqual(primary.blockId, id)) return primary;
    return this.#byBlock.get(formatBlockId(id))?.votes[index];
  }

  /** Counts a vote that `check` called new and whose signature is verified. */
  add(vote: Vote, power: bigint): VoteAdded {
    const index = vote.validatorIndex;
    const conflicting = this.#votes[index];
    if (conflicting === undefined) {
      this.#votes[index] = vote;
      this.#sum += power;
    } else if (this.#maj23 !== undefined && blockIdsEqual(this.#maj23, vote.blockId)) {
      this.#votes[index] = vote;
    }

    const key = formatBlockId(vote.blockId);
    let block = this.#byBlock.get(key);
    if (conflicting !== undefined && (block === undefined || !block.peerMaj23)) return { added: false, conflicting };
    if (block === undefined) {
      block = { peerMaj23: false, votes: new Array<Vote | undefined>(this.#votes.length).fill(undefined), sum: 0n };
      this.#byBlock.set(key, block);
    }
    const before = block.sum;
    if (block.votes[index] === undefined) {
      block.votes[index] = vote;
      block.sum += power;
    }
    if (before < this.#quorum && this.#quorum <= block.sum && this.#maj23 === undefined) {
      this.#maj23 = vote.blockId;
      block.votes.forEach((v, i) => {
        if (v !== undefined) this.#votes[i] = v;
      });
    }
    return { added: true, conflicting };
  }

  /** Notes that a peer claims +2/3 for a block. Throws ConsensusError if it claimed another one before. */
  setPeerMaj23(peer: string, id: BlockId): void {
    const before = this.#peerMaj23s.get(peer);
    if (before !== undefined) {
      if (blockIdsEqual(before, id)) return;
      throw new ConsensusError('conflicting-majority', `peer ${peer} claims +2/3 for ${formatBlockId(id)}, but claimed it for ${formatBlockId(before)}`);
    }
    this.#peerMaj23s.set(peer, id);
    const key = formatBlockId(id);
    const block = this.#byBlock.get(key);
    if (block !== undefined) block.peerMaj23 = true;
    else this.#byBlock.set(key, { peerMaj23: true, votes: new Array<Vote | undefined>(this.#votes.length).fill(undefined), sum: 0n });
  }

  get votes(): readonly (Vote | undefined)[] {
    return this.#votes;
  }

  /** Power that voted, conflicting votes counted once. */
  get sum(): bigint {
    return this.#sum;
  }

  get totalPower(): bigint {
    return this.#total;
  }

  /** The value, zero for nil, that more than 2/3 voted for. */
  get maj23(): BlockId | undefined {
    return this.#maj23;
  }

  hasTwoThirdsAny(): boolean {
    return this.#sum > (this.#total * 2n) / 3n;
  }

  hasAll(): boolean {
    return this.#sum === this.#total;
  }

  getByIndex(index: number): Vote | undefined {
    return this.#votes[index];
  }

  /** Which validators voted; with an id, which voted for it (undefined: nobody is known to). */
  bits(id?: BlockId): readonly boolean[] | undefined {
    const votes = id === undefined ? this.#votes : this.#byBlock.get(formatBlockId(id))?.votes;
    return votes?.map((v) => v !== undefined);
  }

  /** The commit of a set of precommits with a majority for a block; votes for other blocks count as absent. */
  makeExtendedCommit(): ExtendedCommit {
    const id = this.#maj23;
    if (id === undefined || isZeroBlockId(id)) throw new Error('a commit needs +2/3 precommits for a block');
    const extendedSignatures = this.#votes.map((v) => {
      const other = v !== undefined && !isZeroBlockId(v.blockId) && !blockIdsEqual(v.blockId, id);
      return voteToExtendedCommitSig(other ? undefined : v);
    });
    return { height: this.height, round: this.round, blockId: id, extendedSignatures };
  }
}

const PRECOMMIT = 2;

function fromVotes(height: bigint, round: number, validators: ValidatorSet, votes: Iterable<Vote>): VoteSet {
  const set = new VoteSet(height, round, PRECOMMIT, validators);
  for (const vote of votes) {
    const c = set.check(vote);
    if (c.kind === 'new') set.add(vote, c.validator.votingPower);
  }
  return set;
}

/** The vote set a stored, verified commit came from. */
export function voteSetFromCommit(c: Commit, validators: ValidatorSet): VoteSet {
  const present = c.signatures.flatMap((s, i) => (s.blockIdFlag === 1 ? [] : [commitVote(c, i)]));
  return fromVotes(c.height, c.round, validators, present);
}

export function voteSetFromExtendedCommit(c: ExtendedCommit, validators: ValidatorSet): VoteSet {
  const present = c.extendedSignatures.flatMap((s, i) => (s.blockIdFlag === 1 ? [] : [extendedCommitVote(c, i)]));
  return fromVotes(c.height, c.round, validators, present);
}

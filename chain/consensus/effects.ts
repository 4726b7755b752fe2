// What the consensus core asks of its host, and what it is told. The core is a coroutine: it yields an Effect, the host performs it and
// resumes the core with the result. The same core runs under an asynchronous host (chain/engine) and under a synchronous simulator.
import type { Duration, Time } from '../encoding/time.ts';
import type { Block } from '../types/block.ts';
import type { BlockId } from '../types/block-id.ts';
import type { ExtendedCommit } from '../types/extended-commit.ts';
import type { Part, PartSet } from '../types/part-set.ts';
import type { Proposal } from '../types/proposal.ts';
import type { PublicKey } from '../types/public-key.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import type { Vote } from '../types/vote.ts';
import type { ConsensusError } from './errors.ts';
import type { Step } from './step.ts';

/** A complete block with its parts and its id. */
export interface Candidate {
  readonly id: BlockId;
  readonly block: Block;
  readonly parts: PartSet;
}

/** The state of the chain as consensus on one height needs it. */
export interface HeightContext {
  readonly chainId: string;
  /** The height to decide. */
  readonly height: bigint;
  readonly initialHeight: bigint;
  /** Of this height, priorities as of round 0. */
  readonly validators: ValidatorSet;
  /** Of the height before; undefined at the initial height. */
  readonly lastValidators: ValidatorSet | undefined;
  /** block.max_bytes; -1: the absolute maximum. */
  readonly maxBlockBytes: bigint;
  /** Vote extensions are on at this height. */
  readonly extensions: boolean;
  /** The last block changed the app hash (or there is none yet): propose without waiting for transactions. */
  readonly needProofBlock: boolean;
}

export interface Timeout {
  readonly duration: Duration;
  readonly height: bigint;
  readonly round: number;
  readonly step: Step;
}

/** What changes consensus. `peer` is '' for this node itself. */
export type Input =
  | { readonly type: 'proposal'; readonly proposal: Proposal; readonly peer: string }
  | { readonly type: 'blockPart'; readonly height: bigint; readonly round: number; readonly part: Part; readonly peer: string }
  | { readonly type: 'vote'; readonly vote: Vote; readonly peer: string }
  | { readonly type: 'timeout'; readonly timeout: Timeout }
  | { readonly type: 'txsAvailable' };

/** Records of the write-ahead log; inputs as they are processed, steps for the reader, the end of a height for replay. */
export type WalMessage =
  | Exclude<Input, { readonly type: 'txsAvailable' }>
  | { readonly type: 'roundState'; readonly height: bigint; readonly round: number; readonly step: string }
  | { readonly type: 'endHeight'; readonly height: bigint };

export type UnsignedVote = Omit<Vote, 'signature' | 'extensionSignature'>;

/** Events of consensus (cmt:types/events.go), told as they happen. */
export type ConsensusEvent =
  | {
      readonly type: 'NewRoundStep' | 'Polka' | 'Lock' | 'Unlock' | 'Relock' | 'TimeoutPropose' | 'TimeoutWait' | 'ValidBlock';
      readonly height: bigint;
      readonly round: number;
      readonly step: string;
    }
  | {
      readonly type: 'NewRound';
      readonly height: bigint;
      readonly round: number;
      readonly step: string;
      readonly proposer: { readonly address: Uint8Array; readonly index: number };
    }
  | { readonly type: 'CompleteProposal'; readonly height: bigint; readonly round: number; readonly step: string; readonly blockId: BlockId }
  | { readonly type: 'Vote'; readonly vote: Vote };

export type VoteVerdict = 'ok' | 'invalid-signature' | 'invalid-extension-signature';

/** The effects, by name: what is asked and what comes back. */
export interface EffectTypes {
  /** The wall clock. */
  now: [Record<never, never>, Time];
  /** Durable before it resolves if `sync`. */
  walAppend: [{ readonly message: WalMessage; readonly sync: boolean }, void];
  walSync: [Record<never, never>, void];
  /** Replaces the running timeout, unless that one is of a later (height, round, step). */
  scheduleTimeout: [{ readonly timeout: Timeout }, void];
  /** undefined: the signer refused or failed, and the host has said so. `extension`: sign the vote extension too. */
  signVote: [{ readonly vote: UnsignedVote; readonly extension: boolean }, Vote | undefined];
  signProposal: [{ readonly proposal: Omit<Proposal, 'signature'> }, Proposal | undefined];
  verifyVote: [{ readonly vote: Vote; readonly publicKey: PublicKey; readonly extension: boolean }, VoteVerdict];
  verifyProposal: [{ readonly proposal: Proposal; readonly publicKey: PublicKey }, boolean];
  /** A new block for this height; undefined if none can be made. `lastCommit` is undefined at the initial height. */
  createBlock: [{ readonly height: bigint; readonly lastCommit: ExtendedCommit | undefined }, Candidate | undefined];
  /** Checks a block against the state and the evidence pool; the reason why it is invalid. */
  validateBlock: [{ readonly candidate: Candidate }, string | undefined];
  /** Whether the application accepts the block. */
  processProposal: [{ readonly candidate: Candidate }, boolean];
  extendVote: [{ readonly candidate: Candidate; readonly vote: UnsignedVote }, Uint8Array];
  verifyVoteExtension: [{ readonly vote: Pick<Vote, 'blockId' | 'height' | 'validatorAddress' | 'extension'> }, boolean];
  /** Save the block, end the height in the log, apply the block; what the next height starts from. */
  finalize: [{ readonly candidate: Candidate; readonly commit: ExtendedCommit }, HeightContext];
  publish: [{ readonly event: ConsensusEvent }, void];
  /** Two votes of one validator for different values, both verified. */
  evidence: [{ readonly voteA: Vote; readonly voteB: Vote }, void];
  /** A message was refused; the host may act on the peer. */
  refused: [{ readonly error: ConsensusError; readonly peer: string }, void];
}
export type EffectName = keyof EffectTypes;
export type Effect = { [K in EffectName]: { readonly type: K } & EffectTypes[K][0] }[EffectName];

/** A part of the core that yields effects on its way to a result. */
export type Steps<T = void> = Generator<Effect, T, unknown>;

/** Yields one effect and gives its result with its type. */
export function* ask<K extends EffectName>(type: K, args: EffectTypes[K][0]): Steps<EffectTypes[K][1]> {
  return (yield { type, ...args } as Effect) as EffectTypes[K][1];
}

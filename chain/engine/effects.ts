// Performs the effects of the consensus core for a node: signer, log, executor, stores, events (see chain/consensus/effects.ts).

import type { BlockStore } from '../blockstore/block-store.ts';
import type { Candidate, ConsensusEvent, Effect, EffectName, EffectTypes, HeightContext } from '../consensus/effects.ts';
import type { ConsensusError } from '../consensus/errors.ts';
import { toHexUpper } from '../encoding/bytes.ts';
import type { Time } from '../encoding/time.ts';
import type { EvidencePool } from '../evidence/pool.ts';
import { type BlockExecutor, ProposalError } from '../execution/block-executor.ts';
import type { State } from '../execution/state.ts';
import { SignError } from '../privval/errors.ts';
import type { PrivValidator } from '../privval/priv-validator.ts';
import { blockIdOf, makePartSet } from '../types/block.ts';
import { TypesError } from '../types/errors.ts';
import { toCommit } from '../types/extended-commit.ts';
import { proposalSignBytes } from '../types/proposal.ts';
import { type Vote, voteExtensionSignBytes, voteSignBytes } from '../types/vote.ts';
import { heightContext } from './height-context.ts';
import type { Logger } from './logger.ts';
import type { SignatureCache } from './signature-cache.ts';
import type { Ticker } from './ticker.ts';
import type { Wal } from './wal.ts';

export interface PerformerDependencies {
  readonly privValidator: PrivValidator | undefined;
  readonly ownAddress: Uint8Array | undefined;
  readonly wal: Wal;
  readonly ticker: Ticker;
  readonly executor: BlockExecutor;
  readonly blockStore: BlockStore;
  readonly evidence: EvidencePool;
  readonly signatures: SignatureCache;
  readonly logger: Logger;
  readonly now: () => Time;
  readonly failPoint: (name: string) => void;
  readonly onEvent: (event: ConsensusEvent) => void;
  readonly onRefused: (error: ConsensusError, peer: string) => void;
  readonly onApplied: (state: State, candidate: Candidate) => Promise<void>;
}

type Handlers = { readonly [K in EffectName]: (e: EffectTypes[K][0]) => EffectTypes[K][1] | Promise<EffectTypes[K][1]> };

const EMPTY = new Uint8Array(0);

export class Performer {
  readonly #d: PerformerDependencies;
  readonly #handlers: Handlers;
  #state: State;
  /** While a log is replayed the signer may refuse what it signed differently before. */
  replaying = false;

  constructor(d: PerformerDependencies, state: State) {
    this.#d = d;
    this.#state = state;
    this.#handlers = this.#makeHandlers();
  }

  get state(): State {
    return this.#state;
  }

  /** Another source applied blocks. */
  set state(s: State) {
    this.#state = s;
  }

  perform(e: Effect): unknown {
    return (this.#handlers[e.type] as (e: Effect) => unknown)(e);
  }

  #makeHandlers(): Handlers {
    const d = this.#d;
    return {
      now: () => d.now(),
      walAppend: ({ message, sync }) => {
        d.wal.append(message);
        if (!sync) return undefined;
        return d.wal.sync().then(() => d.failPoint(`logged-${message.type}`));
      },
      walSync: () => (d.wal.isSynced ? undefined : d.wal.sync()),
      scheduleTimeout: ({ timeout }) => d.ticker.schedule(timeout),
      signVote: ({ vote, extension }) =>
        this.#signed('vote', (signer) => signer.signVote(this.#state.chainId, { ...vote, signature: EMPTY, extensionSignature: EMPTY }, extension)),
      signProposal: ({ proposal }) => this.#signed('proposal', (signer) => signer.signProposal(this.#state.chainId, { ...proposal, signature: EMPTY })),
      verifyVote: async ({ vote, publicKey, extension }) => {
        const { chainId } = this.#state;
        const checks = [{ index: 0, pubKey: publicKey, message: voteSignBytes(chainId, vote), signature: vote.signature }];
        if (extension) checks.push({ index: 1, pubKey: publicKey, message: voteExtensionSignBytes(chainId, vote), signature: vote.extensionSignature });
        const [good, goodExtension] = await d.signatures.check(checks);
        return good !== true ? 'invalid-signature' : extension && goodExtension !== true ? 'invalid-extension-signature' : 'ok';
      },
      verifyProposal: async ({ proposal, publicKey }) => {
        const message = proposalSignBytes(this.#state.chainId, proposal);
        return (await d.signatures.check([{ index: 0, pubKey: publicKey, message, signature: proposal.signature }]))[0] === true;
      },
      createBlock: (e) => this.#createBlock(e),
      validateBlock: async ({ candidate }) => {
        try {
          await d.executor.validateBlock(this.#state, candidate.block, { formChecked: true });
          return undefined;
        } catch (e) {
          if (!(e instanceof TypesError)) throw e;
          d.logger.error('consensus deems a block invalid', { height: candidate.block.header.height, hash: toHexUpper(candidate.id.hash), error: e.message });
          return e.message;
        }
      },
      processProposal: async ({ candidate }) => {
        const accepted = await d.executor.processProposal(this.#state, candidate.block);
        if (!accepted)
          d.logger.error('the application rejects a proposed block', { height: candidate.block.header.height, hash: toHexUpper(candidate.id.hash) });
        return accepted;
      },
      extendVote: ({ candidate }) => d.executor.extendVote(this.#state, candidate.block),
      verifyVoteExtension: ({ vote }) => d.executor.verifyVoteExtension(vote),
      finalize: (e) => this.#finalize(e),
      publish: ({ event }) => d.onEvent(event),
      evidence: ({ voteA, voteB }: { readonly voteA: Vote; readonly voteB: Vote }) => d.evidence.reportConflictingVotes(voteA, voteB),
      refused: ({ error, peer }) => d.onRefused(error, peer),
    };
  }

  async #signed<T>(what: string, sign: (signer: PrivValidator) => Promise<T>): Promise<T | undefined> {
    const { privValidator, logger } = this.#d;
    if (privValidator === undefined) return undefined;
    try {
      return await sign(privValidator);
    } catch (e) {
      if (!(e instanceof SignError)) throw e;
      // The signer can no longer say what it signed.
      if (e.code === 'write-failed') throw e;
      if (!this.replaying) logger.error(`failed signing ${what}`, { error: e.message });
      return undefined;
    }
  }

  async #createBlock({ height, lastCommit }: EffectTypes['createBlock'][0]): Promise<Candidate | undefined> {
    const { executor, ownAddress, logger } = this.#d;
    if (ownAddress === undefined) return undefined;
    try {
      const block = await executor.createProposalBlock(this.#state, height, lastCommit, ownAddress);
      const parts = makePartSet(block);
      return { id: blockIdOf(block, parts), block, parts };
    } catch (e) {
      if (!(e instanceof ProposalError)) throw e;
      logger.error('unable to create a proposal block', { height, error: e.message });
      return undefined;
    }
  }

  /** The order on which recovery depends: block, end of the height in the log, application and state. */
  async #finalize({ candidate, commit }: EffectTypes['finalize'][0]): Promise<HeightContext> {
    const { blockStore, wal, executor, failPoint, signatures } = this.#d;
    const { block, parts, id } = candidate;
    const { height } = block.header;
    failPoint('before-save');
    // A block can be stored already when its height is replayed.
    if (blockStore.height < height) {
      const extended = commit.extendedSignatures.some((s) => s.extensionSignature.length > 0);
      await blockStore.saveBlock(block, parts, extended ? commit : toCommit(commit));
    }
    failPoint('block-saved');
    await wal.endHeight(height);
    failPoint('height-ended');
    this.#state = await executor.applyVerifiedBlock(this.#state, id, block);
    failPoint('applied');
    signatures.nextHeight();
    await this.#d.onApplied(this.#state, candidate);
    return heightContext(this.#state, block.header.appHash);
  }
}

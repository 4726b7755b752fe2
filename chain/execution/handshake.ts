// Brings application, block store and state to the same height before consensus starts (cmt:consensus/replay.go, wire.md §2 Handshake).
// With A the application's height, S the block store's and T the state's: T <= S <= T + 1 and A <= S, or the node refuses to start.
import type { Application, FinalizeBlockResponse, InfoResponse, InitChainResponse } from '../abci/application.ts';
import { merkleRoot } from '../crypto/merkle.ts';
import { bytesEqual, toHexUpper, utf8 } from '../encoding/bytes.ts';
import { completeConsensusParams, updateConsensusParams, validateConsensusParams } from '../types/consensus-params.ts';
import { type GenesisDoc, genesisValidatorSet } from '../types/genesis-doc.ts';
import { newValidator } from '../types/validator.ts';
import { ValidatorSet } from '../types/validator-set.ts';
import { BLOCK_PROTOCOL, P2P_PROTOCOL } from '../types/version.ts';
import { BlockExecutor, type BlockExecutorDependencies, executeOnly } from './block-executor.ts';
import { genesisState, type State } from './state.ts';
import type { StateStore } from './state-store.ts';

/** The node may not start: its parts contradict each other or the genesis document. */
export class HandshakeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HandshakeError';
  }
}

/** Version strings told to the application in Info. */
export const ABCI_VERSION = '2.0.0';

export interface HandshakeDependencies extends Omit<BlockExecutorDependencies, 'mempool' | 'evidence'> {
  readonly genesis: GenesisDoc;
  /** The node's version, told to the application. */
  readonly version: string;
  /** Told of each block that is replayed. */
  readonly onReplay?: (height: bigint) => void;
}

export interface HandshakeResult {
  readonly state: State;
  readonly info: InfoResponse;
  /** Blocks given to the application again. */
  readonly replayed: number;
}

/** The stored state, or the genesis state saved nowhere yet. Throws HandshakeError where the genesis document is of another chain. */
export function loadState(stateStore: StateStore, genesis: GenesisDoc): State {
  const state = stateStore.load();
  if (state === undefined) return genesisState(genesis);
  if (state.chainId !== genesis.chainId) {
    throw new HandshakeError(`the data belongs to chain ${state.chainId}, the genesis document is of ${genesis.chainId}; use the right genesis or home`);
  }
  return state;
}

class Handshake {
  readonly #d: HandshakeDependencies;
  #replayed = 0;

  constructor(d: HandshakeDependencies) {
    this.#d = d;
  }

  async run(): Promise<HandshakeResult> {
    const { application, stateStore, genesis, version } = this.#d;
    const info = await application.info({ version, blockVersion: BLOCK_PROTOCOL, p2pVersion: P2P_PROTOCOL, abciVersion: ABCI_VERSION });
    if (info.lastBlockHeight < 0n) throw new HandshakeError(`got a negative last block height (${info.lastBlockHeight}) from the app`);
    let state = loadState(stateStore, genesis);
    if (state.lastBlockHeight === 0n) state = { ...state, version: { ...state.version, app: info.appVersion } };
    let appHash = info.lastBlockAppHash;
    if (info.lastBlockHeight === 0n) {
      const answer = await this.#initChain();
      appHash = answer.appHash;
      if (state.lastBlockHeight === 0n) {
        state = afterInitChain(state, answer, genesis);
        if (appHash.length === 0) appHash = state.appHash;
        await stateStore.save(state);
      }
    }
    state = await this.#replay(state, info.lastBlockHeight, appHash);
    return { state, info, replayed: this.#replayed };
  }

  #initChain(): Promise<InitChainResponse> {
    const { genesis, application } = this.#d;
    const set = genesisValidatorSet(genesis);
    return application.initChain({
      time: genesis.genesisTime,
      chainId: genesis.chainId,
      consensusParams: genesis.consensusParams,
      validators: set.validators.map((v) => ({ pubKey: v.pubKey, power: v.votingPower })),
      appStateBytes: utf8(genesis.appState),
      initialHeight: genesis.initialHeight,
    });
  }

  async #replay(state: State, appHeight: bigint, appHash: Uint8Array): Promise<State> {
    const { blockStore } = this.#d;
    const { base, height: storeHeight } = blockStore;
    const stateHeight = state.lastBlockHeight;
    if (storeHeight === 0n) {
      // A state without blocks came from a snapshot; the application's came with it.
      if (stateHeight > 0n && appHeight !== stateHeight) {
        throw new HandshakeError(`app block height (${appHeight}) is not the height of the state (${stateHeight}), and there is no block to replay`);
      }
      if (appHeight > 0n && stateHeight === 0n)
        throw new HandshakeError(`app block height (${appHeight}) is higher than core (0): was the chain's data removed but not the application's?`);
      this.#sameHash(appHash, state);
      return state;
    }
    if ((appHeight === 0n && state.initialHeight < base) || (appHeight > 0n && appHeight < base - 1n)) {
      throw new HandshakeError(`app block height (${appHeight}) is too far below block store base (${base}): the blocks it needs were pruned`);
    }
    if (storeHeight < appHeight) throw new HandshakeError(`app block height (${appHeight}) is higher than core (${storeHeight})`);
    if (storeHeight < stateHeight)
      throw new HandshakeError(`state height (${stateHeight}) is higher than block store height (${storeHeight}): blocks were lost`);
    if (storeHeight > stateHeight + 1n)
      throw new HandshakeError(`block store height (${storeHeight}) is more than one above state height (${stateHeight}): state was lost`);

    if (storeHeight === stateHeight) {
      const hash = appHeight < storeHeight ? await this.#replayApp(state, appHeight, storeHeight) : appHash;
      this.#sameHash(hash, state);
      return state;
    }
    // The block is stored, the state is not.
    if (appHeight === storeHeight) return this.#applySaved(state, storeHeight, appHash);
    if (appHeight < stateHeight) await this.#replayApp(state, appHeight, stateHeight);
    return this.#applyStored(state, storeHeight, this.#d.application);
  }

  /** Gives the blocks from the one after the application's height up to `to`, without touching the state. */
  async #replayApp(state: State, appHeight: bigint, to: bigint): Promise<Uint8Array> {
    const { blockStore, stateStore, application, onReplay } = this.#d;
    let appHash: Uint8Array | undefined;
    for (let h = appHeight === 0n ? state.initialHeight : appHeight + 1n; h <= to; h++) {
      const block = blockStore.loadBlock(h);
      if (block === undefined) throw new HandshakeError(`block ${h} is missing, which the application needs`);
      if (appHash !== undefined && !bytesEqual(appHash, block.header.appHash)) {
        throw new HandshakeError(
          `the application gives app hash ${toHexUpper(appHash)} after height ${h - 1n}, the chain has ${toHexUpper(block.header.appHash)}`,
        );
      }
      const last = h === state.initialHeight ? ValidatorSet.empty() : stateStore.loadValidators(h - 1n, false);
      if (last === undefined) throw new HandshakeError(`the validators of height ${h - 1n} are missing, which block ${h} needs`);
      appHash = await executeOnly(application, block, last, state.initialHeight);
      this.#replayed++;
      onReplay?.(h);
    }
    return appHash ?? new Uint8Array(0);
  }

  async #applyStored(state: State, height: bigint, application: Application): Promise<State> {
    const { blockStore, onReplay } = this.#d;
    const block = blockStore.loadBlock(height);
    const meta = blockStore.loadBlockMeta(height);
    if (block === undefined || meta === undefined) throw new HandshakeError(`block ${height} is missing`);
    const executor = new BlockExecutor({ ...this.#d, application, mempool: NO_MEMPOOL, evidence: NO_EVIDENCE });
    const next = await executor.applyBlock(state, meta.blockId, block);
    this.#replayed++;
    onReplay?.(height);
    return next;
  }

  /** The application committed the block, but the state was not saved: its saved answer is applied again. */
  async #applySaved(state: State, height: bigint, appHash: Uint8Array): Promise<State> {
    const saved = this.#d.stateStore.loadResults(height);
    if (saved === undefined) throw new HandshakeError(`the results of height ${height}, which the application committed, are missing`);
    const response: FinalizeBlockResponse = saved.appHash.length === 0 ? { ...saved, appHash } : saved;
    const replayed: Pick<Application, 'finalizeBlock' | 'commit'> = {
      finalizeBlock: () => Promise.resolve(response),
      commit: () => Promise.resolve({ retainHeight: 0n }),
    };
    const next = await this.#applyStored(state, height, { ...unusable(), ...replayed });
    this.#sameHash(appHash, next);
    return next;
  }

  #sameHash(appHash: Uint8Array, state: State): void {
    if (bytesEqual(appHash, state.appHash)) return;
    throw new HandshakeError(
      `the application's app hash ${toHexUpper(appHash)} is not the state's ${toHexUpper(state.appHash)} at height ${state.lastBlockHeight}: was one of them reset without the other?`,
    );
  }
}

function afterInitChain(s: State, answer: InitChainResponse, genesis: GenesisDoc): State {
  let { validators, nextValidators, consensusParams, version } = s;
  if (answer.validators.length > 0) {
    validators = ValidatorSet.create(answer.validators.map((v) => newValidator(v.pubKey, v.power)));
    nextValidators = validators.copyIncrementProposerPriority(1);
  } else if (genesis.validators.length === 0) {
    throw new HandshakeError('validator set is nil in genesis and still empty after InitChain');
  }
  if (answer.consensusParams !== undefined) {
    consensusParams = completeConsensusParams(updateConsensusParams(consensusParams, answer.consensusParams));
    validateConsensusParams(consensusParams);
    version = { ...version, app: consensusParams.version.app };
  }
  const appHash = answer.appHash.length > 0 ? answer.appHash : s.appHash;
  // The header of the first block carries the hash of no results.
  return { ...s, validators, nextValidators, consensusParams, version, appHash, lastResultsHash: merkleRoot([]) };
}

const NO_MEMPOOL: BlockExecutorDependencies['mempool'] = {
  reap: () => [],
  lock: () => Promise.resolve(),
  update: () => Promise.resolve(),
  unlock: () => undefined,
};
const NO_EVIDENCE: BlockExecutorDependencies['evidence'] = {
  pending: () => ({ evidence: [], bytes: 0n }),
  check: () => Promise.resolve(),
  update: () => Promise.resolve(),
};

function unusable(): Application {
  const refuse = (): Promise<never> => Promise.reject(new Error('not used in replay'));
  return {
    echo: refuse,
    info: refuse,
    initChain: refuse,
    query: refuse,
    checkTx: refuse,
    prepareProposal: refuse,
    processProposal: refuse,
    extendVote: refuse,
    verifyVoteExtension: refuse,
    finalizeBlock: refuse,
    commit: refuse,
    listSnapshots: refuse,
    offerSnapshot: refuse,
    loadSnapshotChunk: refuse,
    applySnapshotChunk: refuse,
  };
}

export function handshake(d: HandshakeDependencies): Promise<HandshakeResult> {
  return new Handshake(d).run();
}

// The state of the chain after a block: all that is needed to validate the next one (cmt:state/state.go). A value: a new block makes a
// new State. Its encoding is CometBFT's tendermint.state.State.
import { bytes, type Codec, embed, int64, message, optional, string, time } from '../encoding/codec.ts';
import type { Time } from '../encoding/time.ts';
import { type BlockId, ZERO_BLOCK_ID } from '../types/block-id.ts';
import { blockIdCodec } from '../types/block-id-codec.ts';
import { type ConsensusParams, completeConsensusParams, consensusParamsCodec, type FullConsensusParams } from '../types/consensus-params.ts';
import { type GenesisDoc, genesisValidatorSet } from '../types/genesis-doc.ts';
import { mapped } from '../types/mapped.ts';
import { ValidatorSet } from '../types/validator-set.ts';
import { validatorSetCodec } from '../types/validator-set-codec.ts';
import { BLOCK_PROTOCOL, type ConsensusVersion } from '../types/version.ts';
import { consensusVersionCodec } from '../types/version-codec.ts';

export interface State {
  readonly version: ConsensusVersion;
  readonly chainId: string;
  readonly initialHeight: bigint;
  /** 0 before the first block. */
  readonly lastBlockHeight: bigint;
  readonly lastBlockId: BlockId;
  /** Before the first block: the genesis time. */
  readonly lastBlockTime: Time;
  /** Of height lastBlockHeight + 2. */
  readonly nextValidators: ValidatorSet;
  /** Of height lastBlockHeight + 1. */
  readonly validators: ValidatorSet;
  /** Of height lastBlockHeight; empty before the first block. */
  readonly lastValidators: ValidatorSet;
  readonly lastHeightValidatorsChanged: bigint;
  readonly consensusParams: FullConsensusParams;
  readonly lastHeightConsensusParamsChanged: bigint;
  readonly lastResultsHash: Uint8Array;
  /** After the last block: what the next header carries. */
  readonly appHash: Uint8Array;
}

/** Written into the state beside the protocol versions (cmt:version/version.go TMCoreSemVer of v0.40.0). */
const SOFTWARE = '0.39.0';

interface VersionMessage {
  readonly consensus: ConsensusVersion;
  readonly software: string;
}

interface StateMessage extends Omit<State, 'version' | 'nextValidators' | 'validators' | 'lastValidators' | 'consensusParams'> {
  readonly version: VersionMessage;
  readonly nextValidators: ValidatorSet | undefined;
  readonly validators: ValidatorSet | undefined;
  readonly lastValidators: ValidatorSet | undefined;
  readonly consensusParams: ConsensusParams;
}

const wireCodec: Codec<StateMessage> = message<StateMessage>('tendermint.state.State', {
  version: embed(1, message<VersionMessage>('tendermint.state.Version', { consensus: embed(1, consensusVersionCodec), software: string(2) })),
  chainId: string(2),
  lastBlockHeight: int64(3),
  lastBlockId: embed(4, blockIdCodec),
  lastBlockTime: time(5),
  nextValidators: optional(6, validatorSetCodec),
  validators: optional(7, validatorSetCodec),
  lastValidators: optional(8, validatorSetCodec),
  lastHeightValidatorsChanged: int64(9),
  consensusParams: embed(10, consensusParamsCodec),
  lastHeightConsensusParamsChanged: int64(11),
  lastResultsHash: bytes(12),
  appHash: bytes(13),
  initialHeight: int64(14),
});

export const stateCodec: Codec<State> = mapped<State, StateMessage>(
  wireCodec,
  (w) => ({
    ...w,
    version: w.version.consensus,
    nextValidators: w.nextValidators ?? ValidatorSet.empty(),
    validators: w.validators ?? ValidatorSet.empty(),
    lastValidators: w.lastValidators ?? ValidatorSet.empty(),
    consensusParams: completeConsensusParams(w.consensusParams),
  }),
  (s) => ({ ...s, version: { consensus: s.version, software: SOFTWARE }, lastValidators: s.lastBlockHeight >= 1n ? s.lastValidators : undefined }),
);

/** The state before the first block and before InitChain. */
export function genesisState(g: GenesisDoc): State {
  const set = genesisValidatorSet(g);
  const some = set.size > 0;
  return {
    version: { block: BLOCK_PROTOCOL, app: 0n },
    chainId: g.chainId,
    initialHeight: g.initialHeight,
    lastBlockHeight: 0n,
    lastBlockId: ZERO_BLOCK_ID,
    lastBlockTime: g.genesisTime,
    nextValidators: some ? set.copyIncrementProposerPriority(1) : set,
    validators: set,
    lastValidators: ValidatorSet.empty(),
    lastHeightValidatorsChanged: g.initialHeight,
    consensusParams: g.consensusParams,
    lastHeightConsensusParamsChanged: g.initialHeight,
    lastResultsHash: new Uint8Array(0),
    appHash: g.appHash,
  };
}

/** The height of the next block. */
export function nextHeight(s: State): bigint {
  return s.lastBlockHeight === 0n ? s.initialHeight : s.lastBlockHeight + 1n;
}

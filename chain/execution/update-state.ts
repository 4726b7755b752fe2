// The state after a block (cmt:state/execution.go updateState, validateValidatorUpdates).
import type { FinalizeBlockResponse, ValidatorUpdate } from '../abci/application.ts';
import type { BlockId } from '../types/block-id.ts';
import {
  completeConsensusParams,
  type FullConsensusParams,
  updateConsensusParams,
  validateConsensusParams,
  validateConsensusParamsUpdate,
} from '../types/consensus-params.ts';
import { TypesError } from '../types/errors.ts';
import type { Header } from '../types/header.ts';
import { lastResultsHash } from '../types/results.ts';
import { newValidator, type Validator } from '../types/validator.ts';
import { checkKeySize } from '../types/validator-address.ts';
import type { State } from './state.ts';

/** Names of key types in the parameters. */
const PARAMS_NAME: Readonly<Record<string, string>> = { bls12381: 'bls12_381', mldsa65: 'ml_dsa_65' };

/** Throws TypesError where the application gives power below 0, or a key of a type that the chain does not allow. */
export function validatorsFromUpdates(updates: readonly ValidatorUpdate[], params: FullConsensusParams): readonly Validator[] {
  return updates.map((u) => {
    if (u.power < 0n) throw new TypesError('validator', `error in validator updates: voting power can't be negative ${u.power}`);
    checkKeySize(u.pubKey);
    const type = PARAMS_NAME[u.pubKey.case] ?? u.pubKey.case;
    if (u.power > 0n && !params.validator.pubKeyTypes.includes(type)) {
      throw new TypesError('validator', `error in validator updates: validator is using pubkey ${type}, which is unsupported for consensus`);
    }
    return newValidator(u.pubKey, u.power);
  });
}

/** The app hash is the response's. Throws TypesError on updates that may not be. */
export function updateState(s: State, blockId: BlockId, header: Header, response: FinalizeBlockResponse, validators: readonly Validator[]): State {
  const nextValidators = s.nextValidators.copy();
  let { lastHeightValidatorsChanged, lastHeightConsensusParamsChanged, consensusParams, version } = s;
  if (validators.length > 0) {
    nextValidators.updateWithChangeSet(validators);
    // What height H changes votes from H + 2 on.
    lastHeightValidatorsChanged = header.height + 2n;
  }
  nextValidators.incrementProposerPriority(1);

  const update = response.consensusParamUpdates;
  if (update !== undefined) {
    consensusParams = completeConsensusParams(updateConsensusParams(s.consensusParams, update));
    validateConsensusParams(consensusParams);
    validateConsensusParamsUpdate(s.consensusParams, update, header.height);
    version = { ...version, app: consensusParams.version.app };
    lastHeightConsensusParamsChanged = header.height + 1n;
  }
  return {
    version,
    chainId: s.chainId,
    initialHeight: s.initialHeight,
    lastBlockHeight: header.height,
    lastBlockId: blockId,
    lastBlockTime: header.time,
    nextValidators,
    validators: s.nextValidators,
    lastValidators: s.validators,
    lastHeightValidatorsChanged,
    consensusParams,
    lastHeightConsensusParamsChanged,
    lastResultsHash: lastResultsHash(response.txResults),
    appHash: response.appHash,
  };
}

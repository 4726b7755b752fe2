// The genesis document (cmt:types/genesis.go). Read in CometBFT's form and in the form that simd writes; written in CometBFT's form.
// A document of neither form is refused: parameters that a reader does not know may never be silently ignored.
import { bytesEqual, toHexUpper, utf8 } from '../encoding/bytes.ts';
import { GO_ZERO_TIME, type Time } from '../encoding/time.ts';
import { DEFAULT_CONSENSUS_PARAMS, type FullConsensusParams, validateConsensusParams } from './consensus-params.ts';
import { TypesError } from './errors.ts';
import { MAX_CHAIN_ID_LENGTH } from './limits.ts';
import type { PublicKey } from './public-key.ts';
import { newValidator } from './validator.ts';
import { addressOfKey } from './validator-address.ts';
import { ValidatorSet } from './validator-set.ts';

export interface GenesisValidator {
  readonly address: Uint8Array;
  readonly pubKey: PublicKey;
  readonly power: bigint;
  readonly name: string;
}

export interface GenesisDoc {
  /** Time of the first block. */
  readonly genesisTime: Time;
  readonly chainId: string;
  readonly initialHeight: bigint;
  readonly consensusParams: FullConsensusParams;
  /** May be empty: then the application gives the first set. */
  readonly validators: readonly GenesisValidator[];
  readonly appHash: Uint8Array;
  /** JSON text, byte for byte as in the document; empty where there is none. */
  readonly appState: string;
}

/** A document as read, before defaults. */
export interface GenesisParts extends Omit<GenesisDoc, 'consensusParams'> {
  readonly consensusParams: FullConsensusParams | undefined;
}

function fail(why: string): never {
  throw new TypesError('genesis', `genesis: ${why}`);
}

/**
 * Checks the parts and fills in defaults: initial height 1, default parameters, addresses of validators; for a missing genesis time `now`,
 * and without `now` a missing time is an error, because every node must have the same. Throws TypesError.
 */
export function completeGenesis(parts: GenesisParts, now?: Time): GenesisDoc {
  if (parts.chainId === '') fail('chain_id is missing or empty');
  if (utf8(parts.chainId).length > MAX_CHAIN_ID_LENGTH) fail(`chain_id is too long (max: ${MAX_CHAIN_ID_LENGTH})`);
  if (parts.initialHeight < 0n) fail(`initial_height cannot be negative (got ${parts.initialHeight})`);
  if (parts.consensusParams !== undefined) {
    try {
      validateConsensusParams(parts.consensusParams);
    } catch (e) {
      fail(`consensus_params: ${(e as Error).message}`);
    }
  }
  const validators = parts.validators.map((v, i) => {
    if (v.pubKey.value.length === 0) fail(`validator #${i} (${v.name}) has no pub_key`);
    if (v.power === 0n) fail(`the genesis file cannot contain validators with no voting power: #${i} (${v.name})`);
    if (v.power < 0n) fail(`validator #${i} (${v.name}) has negative power ${v.power}`);
    const address = addressOfKey(v.pubKey);
    if (v.address.length > 0 && !bytesEqual(v.address, address)) {
      fail(`incorrect address for validator #${i} (${v.name}): ${toHexUpper(v.address)}, should be ${toHexUpper(address)}`);
    }
    return { ...v, address };
  });
  const doc: GenesisDoc = {
    genesisTime: parts.genesisTime === GO_ZERO_TIME ? (now ?? fail('genesis_time is missing')) : parts.genesisTime,
    chainId: parts.chainId,
    initialHeight: parts.initialHeight === 0n ? 1n : parts.initialHeight,
    consensusParams: parts.consensusParams ?? DEFAULT_CONSENSUS_PARAMS,
    validators,
    appHash: parts.appHash,
    appState: parts.appState,
  };
  // Duplicates and too much power show when the set is made.
  genesisValidatorSet(doc);
  return doc;
}

/** The set that the document names, empty where it names none. */
export function genesisValidatorSet(doc: GenesisDoc): ValidatorSet {
  return ValidatorSet.create(doc.validators.map((v) => newValidator(v.pubKey, v.power)));
}

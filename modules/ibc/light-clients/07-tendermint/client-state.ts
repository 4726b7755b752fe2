// What must hold of a client state and of a consensus state in themselves. Source: ibc-go v10 modules/light-clients/07-tendermint/client_state.go,
// consensus_state.go.
import { plainError } from '../../../../chain/core/errors.ts';
import { utf8 } from '../../../../chain/encoding/bytes.ts';
import type { Time } from '../../../../chain/encoding/time.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import type { ClientState, ConsensusState } from '../../../../proto/gen/ibc/lightclients/tendermint/v1.ts';
import { ErrInvalidClient, ErrInvalidConsensus } from '../../core/02-client/errors.ts';
import { revisionOf, ZERO_HEIGHT } from '../../core/02-client/height.ts';
import {
  ErrInvalidChainID,
  ErrInvalidHeaderHeight,
  ErrInvalidMaxClockDrift,
  ErrInvalidProofSpecs,
  ErrInvalidTrustingPeriod,
  ErrInvalidTrustLevel,
  ErrInvalidUnbondingPeriod,
} from './errors.ts';

const CHAIN_ID_MAX = 50;
/** The frozen height of a client that has been shown two chains. */
export const FROZEN_HEIGHT: Height = { revisionNumber: 0n, revisionHeight: 1n };
const SECOND = 1_000_000_000n;

/** Throws. */
export function validateClientState(c: ClientState): void {
  if (c.chainId.trim() === '') throw ErrInvalidChainID.wrap('chain id cannot be empty string');
  const { length } = utf8(c.chainId);
  if (length > CHAIN_ID_MAX) throw ErrInvalidChainID.wrap(`chainID is too long; got: ${length}, max: ${CHAIN_ID_MAX}`);
  const { numerator, denominator } = c.trustLevel;
  if (numerator * 3n < denominator || numerator > denominator || denominator === 0n) {
    throw ErrInvalidTrustLevel.wrap(`trustLevel must be within [1/3, 1], given {${numerator} ${denominator}}`);
  }
  if (c.trustingPeriod <= 0n) throw ErrInvalidTrustingPeriod.wrap('trusting period must be greater than zero');
  if (c.unbondingPeriod <= 0n) throw ErrInvalidUnbondingPeriod.wrap('unbonding period must be greater than zero');
  if (c.maxClockDrift <= 0n) throw ErrInvalidMaxClockDrift.wrap('max clock drift must be greater than zero');
  const revision = revisionOf(c.chainId);
  if (c.latestHeight.revisionNumber !== revision) {
    throw ErrInvalidHeaderHeight.wrap(`latest height revision number must match chain id revision number (${c.latestHeight.revisionNumber} != ${revision})`);
  }
  if (c.latestHeight.revisionHeight === 0n) throw ErrInvalidHeaderHeight.wrap("tendermint client's latest height revision height cannot be zero");
  if (c.trustingPeriod >= c.unbondingPeriod) {
    throw ErrInvalidTrustingPeriod.wrap(`trusting period (${c.trustingPeriod / SECOND}s) should be < unbonding period (${c.unbondingPeriod / SECOND}s)`);
  }
  if (c.proofSpecs.length === 0) throw ErrInvalidProofSpecs.wrap('proof specs cannot be nil for tm client');
  const empty = c.upgradePath.findIndex((k) => k.trim() === '');
  if (empty >= 0) throw ErrInvalidClient.wrap(`key in upgrade path at index ${empty} cannot be empty`);
}

/** Throws. */
export function validateConsensusState(c: ConsensusState): void {
  if (c.root.hash.length === 0) throw ErrInvalidConsensus.wrap('root cannot be empty');
  const { length } = c.nextValidatorsHash;
  if (length !== 0 && length !== 32) throw plainError(`next validators hash is invalid: expected size to be 32 bytes, got ${length} bytes`);
  if (c.timestamp < SECOND) throw ErrInvalidConsensus.wrap('timestamp must be a positive Unix time');
}

/** Without what each client chooses for itself: what a chain commits to before an upgrade. */
export function withoutCustomFields({ chainId, unbondingPeriod, latestHeight, proofSpecs, upgradePath }: ClientState): ClientState {
  return {
    chainId,
    trustLevel: { numerator: 0n, denominator: 0n },
    trustingPeriod: 0n,
    unbondingPeriod,
    maxClockDrift: 0n,
    frozenHeight: ZERO_HEIGHT,
    latestHeight,
    proofSpecs,
    upgradePath,
    allowUpdateAfterExpiry: false,
    allowUpdateAfterMisbehaviour: false,
  };
}

export const isExpired = (c: ClientState, timestamp: Time, now: Time): boolean => timestamp + c.trustingPeriod <= now;

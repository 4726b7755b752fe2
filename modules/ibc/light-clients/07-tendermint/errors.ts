// Errors of the client of CometBFT chains. Source: ibc-go v10 modules/light-clients/07-tendermint/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

const tendermint = (code: number, text: string) => registerError('07-tendermint', code, text);

export const ErrInvalidChainID = tendermint(2, 'invalid chain-id');
export const ErrInvalidTrustingPeriod = tendermint(3, 'invalid trusting period');
export const ErrInvalidUnbondingPeriod = tendermint(4, 'invalid unbonding period');
export const ErrInvalidHeaderHeight = tendermint(5, 'invalid header height');
export const ErrInvalidHeader = tendermint(6, 'invalid header');
export const ErrInvalidMaxClockDrift = tendermint(7, 'invalid max clock drift');
export const ErrProcessedTimeNotFound = tendermint(8, 'processed time not found');
export const ErrProcessedHeightNotFound = tendermint(9, 'processed height not found');
export const ErrDelayPeriodNotPassed = tendermint(10, 'packet-specified delay period has not been reached');
export const ErrTrustingPeriodExpired = tendermint(11, 'time since latest trusted state has passed the trusting period');
export const ErrInvalidProofSpecs = tendermint(13, 'invalid proof specs');
export const ErrInvalidValidatorSet = tendermint(14, 'invalid validator set');
export const ErrInvalidTrustLevel = tendermint(15, 'invalid trust level');

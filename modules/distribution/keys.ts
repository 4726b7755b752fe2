// Where distribution keeps its state. Source: sdk:x/distribution/types/keys.go.
import { bytesKey, lengthPrefixedBytesKey, pairKey, tripleKey, uint64Key, uint64LittleEndianKey } from '../../chain/core/collections/key-codec.ts';

export const MODULE_NAME = 'distribution';
export const STORE_NAME = 'distribution';
/** The module account that gathers fees and inflation (x/auth's fee collector). */
export const FEE_COLLECTOR = 'fee_collector';

/** Collection prefixes in the store. */
export const PREFIX = {
  feePool: 0,
  previousProposer: 1,
  outstandingRewards: 2,
  withdrawAddress: 3,
  startingInfo: 4,
  historicalRewards: 5,
  currentRewards: 6,
  accumulatedCommission: 7,
  slashEvent: 8,
  params: 9,
} as const;

/** Operator, delegator. */
export const startingInfoKey = pairKey(bytesKey, lengthPrefixedBytesKey);
/** Operator, period. The period's lowest byte comes first, so periods are not in order. */
export const historicalKey = pairKey(bytesKey, uint64LittleEndianKey);
/** Operator, height, period. */
export const slashEventKey = tripleKey(bytesKey, uint64Key, uint64Key);

// Where governance keeps its state. Source: sdk:x/gov/types/keys.go.
import { lengthPrefixedBytesKey, pairKey, uint64Key } from '../../chain/core/collections/key-codec.ts';
import { sortableTimeKey } from '../../chain/core/collections/time-key.ts';

export const MODULE_NAME = 'gov';
export const STORE_NAME = 'gov';

export const PREFIX = {
  proposals: 0,
  activeQueue: 1,
  inactiveQueue: 2,
  proposalId: 3,
  votingPeriod: 4,
  deposits: 16,
  votes: 32,
  params: 48,
  constitution: 49,
} as const;

/** Proposal, address: the address with its length though it stands last. */
export const proposalAddressKey = pairKey(uint64Key, lengthPrefixedBytesKey);
/** When a period ends, proposal. */
export const queueKey = pairKey(sortableTimeKey, uint64Key);

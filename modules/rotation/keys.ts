// Where rotations are kept: a store of their own, so that staking's stays as it is. Prefixes are those that SDK 0.55 uses in staking's.
export const MODULE_NAME = 'rotation';
export const STORE_NAME = 'rotation';
/** The module account that fees are burnt from. */
export const FEE_POOL = 'key_rotation_fee_pool';
/** Heights from the block that tells the engine to the first that the new key signs. */
export const UPDATE_DELAY = 2n;
/** What staking calls the module whose errors these are. */
export const STAKING = 'staking';

export const PREFIX = { params: 0x01, queue: 0x91, rotated: 0x92, locked: 0x93, pending: 0x94 } as const;

// Where mint keeps its state. Source: sdk:x/mint/types/keys.go.

export const MODULE_NAME = 'mint';
export const STORE_NAME = 'mint';
/** The module account that gathers fees and inflation (x/auth's fee collector). */
export const FEE_COLLECTOR = 'fee_collector';

/** Collection prefixes in the store. */
export const PREFIX = { minter: 0, params: 1 } as const;

// Where bank keeps its state. Source: sdk:x/bank/types/keys.go.

export const MODULE_NAME = 'bank';
export const STORE_NAME = 'bank';

/** Collection prefixes in the store. */
export const PREFIX = { supply: 0, denomMetadata: 1, balances: 2, addressByDenom: 3, sendEnabled: 4, params: 5 } as const;

/** What a module account may do with coins. */
export const PERMISSION = { minter: 'minter', burner: 'burner', staking: 'staking' } as const;

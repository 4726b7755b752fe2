// Where the consensus parameters lie. Source: sdk:x/consensus/types/keys.go, keeper/keeper.go.

export const MODULE_NAME = 'consensus';
export const STORE_NAME = 'consensus';
export const PREFIX = { params: 'Consensus' } as const;

// Where upgrades are kept. Source: cosmossdk.io/x/upgrade v0.2.0 types/keys.go.
export const MODULE_NAME = 'upgrade';
export const STORE_NAME = 'upgrade';
export const PREFIX = { plan: 0, done: 1, versions: 2, protocolVersion: 3, upgradedIbcState: 'upgradedIBCState/' } as const;

/** What an IBC chain's counterparties are shown of the chain after the upgrade, by the last height before it. */
export const upgradedClientKey = (height: bigint): string => `${height}/upgradedClient`;
export const upgradedConsensusStateKey = (height: bigint): string => `${height}/upgradedConsState`;

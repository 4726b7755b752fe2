// Where evidence is kept. Source: cosmossdk.io/x/evidence v0.2.0 types/keys.go.
export const MODULE_NAME = 'evidence';
export const STORE_NAME = 'evidence';
export const PREFIX = { evidence: 0 } as const;

// Where the circuit breaker keeps its state. Source: cosmossdk.io/x/circuit v0.2.0 types/keys.go.
export const MODULE_NAME = 'circuit';
export const STORE_NAME = 'circuit';
export const PREFIX = { permissions: 1, disabled: 2 } as const;

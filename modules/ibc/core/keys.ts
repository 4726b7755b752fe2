// Where IBC keeps its state. Everything lies under the paths of ICS-24 (24-host/paths.ts) in one store.
export const MODULE_NAME = 'ibc';
export const STORE_NAME = 'ibc';
/** What counterparties put before our paths in their proofs. */
export const COMMITMENT_PREFIX = 'ibc';

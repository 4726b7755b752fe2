// Where auth keeps its state. Source: sdk:x/auth/types/keys.go.

export const MODULE_NAME = 'auth';
export const STORE_NAME = 'acc';
/** The module account that gathers fees. */
export const FEE_COLLECTOR_NAME = 'fee_collector';

/** Collection prefixes in the store. */
export const PREFIX = {
  params: 0,
  accounts: 1,
  accountNumber: 2,
  accountByNumber: 'accountNumber',
  unorderedNonces: 90,
} as const;

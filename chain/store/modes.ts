// What each mode keeps of the past; see docs/architecture/adr-003-store-modes.md.

/** The names of app.toml's `pruning`. */
export type StoreMode = 'custom' | 'default' | 'nothing' | 'everything';

export interface ModeRules {
  /** Heights that are answered. */
  readonly keepRecent: number;
  /** Of these, at most so many from memory. */
  readonly keepInMemory: number;
  /** Whether the nodes of each height are stored, so that heights no longer in memory are answered. */
  readonly keepsNodes: boolean;
}

export const MODES: Readonly<Record<StoreMode, ModeRules>> = {
  custom: { keepRecent: 100, keepInMemory: Number.MAX_SAFE_INTEGER, keepsNodes: false },
  everything: { keepRecent: 2, keepInMemory: Number.MAX_SAFE_INTEGER, keepsNodes: false },
  default: { keepRecent: 362_880, keepInMemory: 100, keepsNodes: true },
  nothing: { keepRecent: Number.MAX_SAFE_INTEGER, keepInMemory: 100, keepsNodes: true },
};

// Every upgrade that this program has behind it or can do: a line each, never removed while a chain may still come from before it (a program
// without the handler of the last upgrade that was done refuses to start).
import type { Upgrade } from './upgrade.ts';

export const UPGRADES: readonly Upgrade[] = [];

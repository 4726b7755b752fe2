// Where the log is kept (light-client.md §8). Light clients read `head` by its proof.
export const MODULE_NAME = 'history';
export const STORE_NAME = 'history';

export const PREFIX = { head: 0x01, peaks: 0x02, base: 0x03, recent: 0x04 } as const;
/** Hashes that other modules may read. */
export const RECENT = 1024n;

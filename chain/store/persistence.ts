// What the multistore asks of the disk. state-db.ts answers it; here is the answer of a store in memory, which keeps nothing.
import type { CommitInfo } from './commit-info.ts';
import type { NodeView } from './iavl/node-view.ts';
import { ErrVersionDoesNotExist } from './query-errors.ts';
import { newTrees, type StateTrees } from './state-trees.ts';
import { type AppliedChanges, NO_CHANGES, type StoreUpgrade } from './store-changes.ts';

export interface PersistenceOptions {
  readonly dir: string;
  /** Committed stores. */
  readonly names: readonly string[];
  readonly added: readonly string[];
  readonly upgrade?: StoreUpgrade | undefined;
  readonly keepsNodes: boolean;
  readonly keepRecent: number;
  readonly keepInMemory: number;
}

export interface Persistence {
  /** Makes the working trees the next version, in memory and in one synced batch. `info` holds their roots. */
  commit(info: CommitInfo, trees: StateTrees): Promise<void>;
  /** Makes the installed trees of `info` the first state of an empty database. */
  install(info: CommitInfo, trees: StateTrees): Promise<void>;
  /** Oldest height of which `view` and `info` know; undefined where nothing but memory is asked. */
  readonly oldest: number | undefined;
  /** A version that must stay in memory for now. */
  readonly pinned: number | undefined;
  /** Root of a store at a height that memory has no more. Throws ErrVersionDoesNotExist. */
  view(name: string, version: number): NodeView | undefined;
  info(version: number): CommitInfo | undefined;
  compact(trees: StateTrees): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedState {
  readonly trees: StateTrees;
  /** Of the versions in memory, ascending. */
  readonly infos: readonly CommitInfo[];
  readonly persistence: Persistence;
  /** Of the coming height. */
  readonly changes: AppliedChanges;
}

const nowhere: Persistence = {
  commit: async (_info, trees) => trees.commit(),
  install: async () => undefined,
  oldest: undefined,
  pinned: undefined,
  view: (_name, version) => {
    throw ErrVersionDoesNotExist.wrap(`height ${version} is not in memory`);
  },
  info: () => undefined,
  compact: async () => undefined,
  close: async () => undefined,
};

/** A state that is kept in memory only. */
export function openInMemory(names: readonly string[]): OpenedState {
  return { trees: newTrees(names), infos: [], persistence: nowhere, changes: NO_CHANGES };
}

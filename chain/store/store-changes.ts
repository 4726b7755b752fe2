// How the stores of a chain change at one height, with a software upgrade. Source: cosmossdk.io/store v1.1.2 types/store.go StoreUpgrades,
// rootmulti/store.go loadVersion. The state before the height is not touched: the changes are part of the height's commit, so that a program
// that stops before it leaves everything as it was.

export interface StoreChanges {
  /** Stores that begin empty. */
  readonly added?: readonly string[];
  /** Stores whose pairs another one begins with. */
  readonly renamed?: readonly { readonly from: string; readonly to: string }[];
  /** Stores that are no longer part of the state. */
  readonly deleted?: readonly string[];
}

export interface StoreUpgrade extends StoreChanges {
  /** The first height with the changes. */
  readonly height: bigint;
}

/** What opening makes of it. */
export interface AppliedChanges {
  /** Stores that may begin with the coming height. */
  readonly added: readonly string[];
  /** Stores that end with the last height. */
  readonly ended: readonly string[];
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

export const NO_CHANGES: AppliedChanges = { added: [], ended: [], renamed: [] };

/** Nothing where the coming height is another. */
export function changesAt(upgrade: StoreUpgrade | undefined, coming: number): AppliedChanges {
  if (upgrade === undefined || upgrade.height !== BigInt(coming)) return NO_CHANGES;
  const renamed = upgrade.renamed ?? [];
  return {
    added: [...(upgrade.added ?? []), ...renamed.map((r) => r.to)],
    ended: [...(upgrade.deleted ?? []), ...renamed.map((r) => r.from)],
    renamed,
  };
}

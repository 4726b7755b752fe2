// Heights and pages as parameters (cmt:rpc/core/env.go): defaults, limits, and the words of their errors.
import type { Backend } from '../../backend.ts';

export const PER_PAGE_DEFAULT = 30;
export const PER_PAGE_MAX = 100;

/** The given height within [base, latest], or the latest. */
export function heightOr(backend: Backend, latest: bigint, given: bigint | undefined): bigint {
  if (given === undefined) return latest;
  if (given <= 0n) throw new Error(`height must be greater than 0, but got ${given}`);
  if (given > latest) throw new Error(`height ${given} must be less than or equal to the current blockchain height ${latest}`);
  const { base } = backend.chain;
  if (given < base) throw new Error(`height ${given} is not available, lowest height is ${base}`);
  return given;
}

/** Validators and parameters are known for one height more than blocks, unless the node is catching up. */
export function latestUncommitted(backend: Backend): bigint {
  return backend.consensus.catchingUp ? backend.chain.height : backend.chain.height + 1n;
}

export function perPage(given: bigint | undefined): number {
  if (given === undefined || given < 1n) return PER_PAGE_DEFAULT;
  return given > BigInt(PER_PAGE_MAX) ? PER_PAGE_MAX : Number(given);
}

/** How many items come before the page; an absurd page counts as one beyond all. */
export function skipOf(page: bigint | undefined, size: number): number {
  if (page === undefined || page <= 0n) return 0;
  const skip = (page - 1n) * BigInt(size);
  return skip > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(skip);
}

/** Throws where the page does not exist among `total` items. */
export function checkPage(page: bigint | undefined, size: number, total: number): void {
  if (page === undefined) return;
  const pages = total <= 0 ? 1 : Math.ceil(total / size);
  if (page <= 0n || page > BigInt(pages)) throw new Error(`page should be within [1, ${pages}] range, given ${page}`);
}

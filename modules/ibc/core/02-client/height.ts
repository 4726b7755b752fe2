// Heights of chains that may start again: a revision and a height in it. Source: ICS-07; ibc-go v10 modules/core/02-client/types/height.go.
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { parseUint64 } from '../24-host/identifiers.ts';

export const ZERO_HEIGHT: Height = { revisionNumber: 0n, revisionHeight: 0n };
export const isZero = (h: Height): boolean => h.revisionNumber === 0n && h.revisionHeight === 0n;

/** Negative where `a` is lower. */
export function compareHeights(a: Height, b: Height): number {
  if (a.revisionNumber !== b.revisionNumber) return a.revisionNumber < b.revisionNumber ? -1 : 1;
  return a.revisionHeight === b.revisionHeight ? 0 : a.revisionHeight < b.revisionHeight ? -1 : 1;
}

/** Of "1-7"; undefined where it is none. */
export function parseHeight(text: string): Height | undefined {
  const [revision, height, ...more] = text.split('-');
  const revisionNumber = parseUint64(revision ?? '');
  const revisionHeight = parseUint64(height ?? '');
  return more.length > 0 || revisionNumber === undefined || revisionHeight === undefined ? undefined : { revisionNumber, revisionHeight };
}

/** Whether a chain id ends in its revision. */
export const isRevisionFormat = (chainId: string): boolean => /^.*[^\n-]-[1-9][0-9]*$/.test(chainId);

/** The revision at the end of a chain id, else 0. */
export function revisionOf(chainId: string): bigint {
  return isRevisionFormat(chainId) ? (parseUint64(chainId.slice(chainId.lastIndexOf('-') + 1)) ?? 0n) : 0n;
}

/** A chain id with another revision; only for one that has a revision. */
export const withRevision = (chainId: string, revision: bigint): string => `${chainId.slice(0, chainId.lastIndexOf('-'))}-${revision}`;

/** Of this chain, in the block that is being executed. */
export const selfHeight = (c: { readonly chainId: string; readonly height: bigint }): Height => ({
  revisionNumber: revisionOf(c.chainId),
  revisionHeight: c.height,
});

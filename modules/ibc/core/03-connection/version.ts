// Versions of connections: which orders of channels both ends speak. Source: ICS-03; ibc-go v10 modules/core/03-connection/types/version.go.
import type { Version } from '../../../../proto/gen/ibc/core/connection/v1.ts';
import { ErrInvalidVersion, ErrVersionNegotiationFailed } from './errors.ts';

export const SUPPORTED: readonly Version[] = [{ identifier: '1', features: ['ORDER_ORDERED', 'ORDER_UNORDERED'] }];
export const VERSIONS_MAX = 100;
const FEATURES_MAX = 100;

const text = (v: Version): string => `identifier:"${v.identifier}" ${v.features.map((f) => `features:"${f}" `).join('')}`;

/** Throws ErrInvalidVersion. */
export function validateVersion(v: Version | undefined): void {
  if (v === undefined) throw ErrInvalidVersion.wrap('version cannot be nil');
  if (v.identifier.trim() === '') throw ErrInvalidVersion.wrap('version identifier cannot be blank');
  if (v.features.length > FEATURES_MAX) throw ErrInvalidVersion.wrap(`features length must not exceed ${FEATURES_MAX} items`);
  const blank = v.features.findIndex((f) => f.trim() === '');
  if (blank >= 0) throw ErrInvalidVersion.wrap(`feature cannot be blank, index ${blank}`);
}

/** Whether a proposed version is one of those that are supported, with no feature beyond and at least one. */
export function isSupported(supported: readonly Version[], proposed: Version): boolean {
  const own = supported.find((v) => v.identifier === proposed.identifier);
  return own !== undefined && proposed.features.length > 0 && proposed.features.every((f) => own.features.includes(f));
}

/** The first version of ours that the counterparty has too, with the features of both. Throws. */
export function pickVersion(supported: readonly Version[], theirs: readonly Version[]): Version {
  for (const own of supported) {
    const other = theirs.find((v) => v.identifier === own.identifier);
    const features = own.features.filter((f) => other?.features.includes(f) === true);
    if (features.length > 0) return { identifier: own.identifier, features };
  }
  throw ErrVersionNegotiationFailed.wrap(
    `failed to find a matching counterparty version ([${theirs.map(text).join(' ')}]) from the supported version list ([${supported.map(text).join(' ')}])`,
  );
}

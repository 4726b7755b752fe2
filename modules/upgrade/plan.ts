// What is planned: a name, the height and a text for operators. Source: cosmossdk.io/x/upgrade v0.2.0 types/plan.go, keeper.go.
import { ErrInvalidRequest } from '../../chain/core/errors.ts';
import { GO_ZERO_TIME } from '../../chain/encoding/time.ts';
import type { Plan } from '../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { goJson } from '../../proto/go-json.ts';

/** Throws what is wrong with a plan by itself. */
export function validatePlan(p: Plan): void {
  if (p.time !== GO_ZERO_TIME) throw ErrInvalidRequest.wrap('time-based upgrades have been deprecated in the SDK');
  if (p.upgradedClientState !== undefined) throw ErrInvalidRequest.wrap('upgrade logic for IBC has been moved to the IBC module');
  if (p.name === '') throw ErrInvalidRequest.wrap('name cannot be empty');
  if (p.height <= 0n) throw ErrInvalidRequest.wrap('height must be greater than 0');
}

export const isDue = (p: Plan, height: bigint): boolean => p.height > 0n && p.height <= height;

/** The line by which a supervisor (cosmovisor) knows that the next program is needed. */
export const neededText = (p: Plan): string => `UPGRADE "${p.name}" NEEDED at height: ${p.height}: ${p.info}`;

/** Text of upgrade-info.json, as Go writes the plan. */
export function upgradeInfoText(p: Plan, height: bigint): string {
  const text = (s: string): string => goJson(JSON.stringify(s));
  return `{"name":${text(p.name)},"time":"0001-01-01T00:00:00Z","height":${height}${p.info === '' ? '' : `,"info":${text(p.info)}`}}`;
}

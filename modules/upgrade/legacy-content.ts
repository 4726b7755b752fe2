// Proposals of the old kind that plan and cancel an upgrade: recognised and checked, run by nobody. Source: cosmossdk.io/x/upgrade v0.2.0
// types/proposal.go.
import type { LegacyContentKind } from '../../chain/core/legacy-content.ts';
import { CancelSoftwareUpgradeProposal, SoftwareUpgradeProposal } from '../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { MODULE_NAME } from './keys.ts';
import { validatePlan } from './plan.ts';

export const LEGACY_CONTENTS: readonly LegacyContentKind[] = [
  {
    typeUrl: `/${SoftwareUpgradeProposal.name}`,
    type: 'SoftwareUpgrade',
    registered: true,
    route: MODULE_NAME,
    validate: (p: SoftwareUpgradeProposal, abstract) => {
      validatePlan(p.plan);
      abstract();
    },
  },
  { typeUrl: `/${CancelSoftwareUpgradeProposal.name}`, type: 'CancelSoftwareUpgrade', registered: true, route: MODULE_NAME },
];

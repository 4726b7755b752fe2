// The proposal of the old kind that spends of the community pool: recognised, but of a type that the reference does not register, so that
// none can be submitted. Source: sdk:x/distribution/types/proposal.go.
import type { LegacyContentKind } from '../../chain/core/legacy-content.ts';
import { CommunityPoolSpendProposal } from '../../proto/gen/cosmos/distribution/v1beta1.ts';
import { MODULE_NAME } from './keys.ts';

export const LEGACY_CONTENTS: readonly LegacyContentKind[] = [
  { typeUrl: `/${CommunityPoolSpendProposal.name}`, type: 'CommunityPoolSpend', registered: false, route: MODULE_NAME },
];

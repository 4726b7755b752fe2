// Queries of upgrade. Source: cosmossdk.io/x/upgrade v0.2.0 keeper/grpc_query.go.
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import {
  QueryAppliedPlanRequest,
  QueryAppliedPlanResponse,
  QueryAuthorityRequest,
  QueryAuthorityResponse,
  QueryCurrentPlanRequest,
  QueryCurrentPlanResponse,
  QueryModuleVersionsRequest,
  QueryModuleVersionsResponse,
  QueryUpgradedConsensusStateRequest,
  QueryUpgradedConsensusStateResponse,
} from '../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { ErrNoModuleVersionFound } from './errors.ts';
import type { UpgradeKeeper } from './keeper.ts';

const SERVICE = '/cosmos.upgrade.v1beta1.Query';

export function registerQueries(registrar: ServiceRegistrar, k: UpgradeKeeper): void {
  registrar.query(`${SERVICE}/CurrentPlan`, QueryCurrentPlanRequest, QueryCurrentPlanResponse, (ctx) => ({ plan: k.plan(ctx) }));
  registrar.query(`${SERVICE}/AppliedPlan`, QueryAppliedPlanRequest, QueryAppliedPlanResponse, (ctx, req) => ({ height: k.doneHeight(ctx, req.name) }));
  registrar.query(`${SERVICE}/UpgradedConsensusState`, QueryUpgradedConsensusStateRequest, QueryUpgradedConsensusStateResponse, (ctx, req) => ({
    upgradedConsensusState: k.upgradedConsensusState(ctx, req.lastHeight) ?? new Uint8Array(0),
  }));
  registrar.query(`${SERVICE}/ModuleVersions`, QueryModuleVersionsRequest, QueryModuleVersionsResponse, (ctx, req) => {
    const all = k.moduleVersions(ctx);
    if (req.moduleName === '') return { moduleVersions: [...all].map(([name, version]) => ({ name, version })) };
    const version = all.get(req.moduleName);
    if (version === undefined) throw ErrNoModuleVersionFound.wrap(`x/upgrade: QueryModuleVersions module ${req.moduleName} not found`);
    return { moduleVersions: [{ name: req.moduleName, version }] };
  });
  registrar.query(`${SERVICE}/Authority`, QueryAuthorityRequest, QueryAuthorityResponse, () => ({ address: k.authority }));
}

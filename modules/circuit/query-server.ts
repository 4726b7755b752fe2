// Queries of the circuit breaker. Source: cosmossdk.io/x/circuit v0.2.0 keeper/query.go.
import { plainError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { paginate } from '../../chain/core/pagination.ts';
import { toHex } from '../../chain/encoding/bytes.ts';
import {
  AccountResponse,
  AccountsResponse,
  DisabledListResponse,
  QueryAccountRequest,
  QueryAccountsRequest,
  QueryDisabledListRequest,
} from '../../proto/gen/cosmos/circuit/v1.ts';
import type { CircuitKeeper } from './keeper.ts';

const SERVICE = '/cosmos.circuit.v1.Query';

export function registerQueries(registrar: ServiceRegistrar, k: CircuitKeeper): void {
  registrar.query(`${SERVICE}/Account`, QueryAccountRequest, AccountResponse, (ctx, req) => {
    const address = k.addresses.toBytes(req.address);
    const permission = k.permissions.get(ctx, address);
    if (permission === undefined) {
      throw plainError(`collections: not found: key 'hexBytes:${toHex(address)}' of type github.com/cosmos/gogoproto/cosmos.circuit.v1.Permissions`);
    }
    return { permission };
  });
  registrar.query(`${SERVICE}/Accounts`, QueryAccountsRequest, AccountsResponse, (ctx, req) => {
    const page = paginate(ctx, k.permissions, req.pagination, (address, permissions) => ({ address: k.addresses.toString(address), permissions }));
    return { accounts: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/DisabledList`, QueryDisabledListRequest, DisabledListResponse, (ctx) => ({ disabledList: [...k.disabled.walk(ctx)] }));
}

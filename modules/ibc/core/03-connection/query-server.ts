// Queries of connections. Source: ibc-go v10 modules/core/03-connection/keeper/grpc_query.go.
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import { QueryError } from '../../../../chain/core/query-error.ts';
import {
  ConnectionEnd,
  type IdentifiedConnection,
  QueryClientConnectionsRequest,
  QueryClientConnectionsResponse,
  QueryConnectionClientStateRequest,
  QueryConnectionClientStateResponse,
  QueryConnectionConsensusStateRequest,
  QueryConnectionConsensusStateResponse,
  QueryConnectionParamsRequest,
  QueryConnectionParamsResponse,
  QueryConnectionRequest,
  QueryConnectionResponse,
  QueryConnectionsRequest,
  QueryConnectionsResponse,
} from '../../../../proto/gen/ibc/core/connection/v1.ts';
import { ErrConsensusStateNotFound } from '../02-client/errors.ts';
import { selfHeight } from '../02-client/height.ts';
import { checked } from '../02-client/query-server.ts';
import { validateClientId, validateConnectionId } from '../24-host/identifiers.ts';
import { CONNECTIONS_PREFIX, heightText } from '../24-host/paths.ts';
import { pageBelow } from '../pagination.ts';
import { ErrClientConnectionPathsNotFound, ErrConnectionNotFound } from './errors.ts';
import type { ConnectionKeeper } from './keeper.ts';

const SERVICE = '/ibc.core.connection.v1.Query';
const EMPTY = new Uint8Array(0);

export function registerConnectionQueries(registrar: ServiceRegistrar, k: ConnectionKeeper): void {
  const found = (ctx: Parameters<ConnectionKeeper['connection']>[0], id: string): ConnectionEnd => {
    checked(validateConnectionId, id);
    const c = k.connection(ctx, id);
    if (c === undefined) throw new QueryError('NotFound', ErrConnectionNotFound.wrap(id).message);
    return c;
  };
  registrar.query(`${SERVICE}/Connection`, QueryConnectionRequest, QueryConnectionResponse, (ctx, { connectionId }) => ({
    connection: found(ctx, connectionId),
    proof: EMPTY,
    proofHeight: selfHeight(ctx),
  }));
  registrar.query(`${SERVICE}/Connections`, QueryConnectionsRequest, QueryConnectionsResponse, (ctx, req) => {
    const page = pageBelow(ctx, CONNECTIONS_PREFIX, req.pagination, (id, b): IdentifiedConnection => ({ id, ...ConnectionEnd.decode(b) }));
    return { connections: page.results, pagination: page.pagination, height: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ClientConnections`, QueryClientConnectionsRequest, QueryClientConnectionsResponse, (ctx, { clientId }) => {
    checked(validateClientId, clientId);
    const connectionPaths = k.clientConnections(ctx, clientId);
    if (connectionPaths === undefined) throw new QueryError('NotFound', ErrClientConnectionPathsNotFound.wrap(clientId).message);
    return { connectionPaths, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ConnectionClientState`, QueryConnectionClientStateRequest, QueryConnectionClientStateResponse, (ctx, { connectionId }) => {
    const { clientId } = found(ctx, connectionId);
    const clientState = k.clients.clientState(ctx, clientId);
    if (clientState === undefined) throw new QueryError('NotFound', `client-id: ${clientId}: light client not found`);
    return { identifiedClientState: { clientId, clientState }, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ConnectionConsensusState`, QueryConnectionConsensusStateRequest, QueryConnectionConsensusStateResponse, (ctx, req) => {
    const { clientId } = found(ctx, req.connectionId);
    const height = { revisionNumber: req.revisionNumber, revisionHeight: req.revisionHeight };
    const consensusState = k.clients.consensusState(ctx, clientId, height);
    if (consensusState === undefined)
      throw new QueryError('NotFound', ErrConsensusStateNotFound.wrap(`client-id: ${clientId}, height: ${heightText(height)}`).message);
    return { consensusState, clientId, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ConnectionParams`, QueryConnectionParamsRequest, QueryConnectionParamsResponse, (ctx) => ({ params: k.params(ctx) }));
}

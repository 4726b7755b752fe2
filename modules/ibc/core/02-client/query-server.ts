// Queries of clients. Source: ibc-go v10 modules/core/02-client/keeper/grpc_query.go.
import type { AddressCodec } from '../../../../chain/core/address.ts';
import { SdkError } from '../../../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import { QueryError } from '../../../../chain/core/query-error.ts';
import { Any } from '../../../../proto/gen/google/protobuf.ts';
import {
  type Height,
  type IdentifiedClientState,
  QueryClientCreatorRequest,
  QueryClientCreatorResponse,
  QueryClientParamsRequest,
  QueryClientParamsResponse,
  QueryClientStateRequest,
  QueryClientStateResponse,
  QueryClientStatesRequest,
  QueryClientStatesResponse,
  QueryClientStatusRequest,
  QueryClientStatusResponse,
  QueryConsensusStateHeightsRequest,
  QueryConsensusStateHeightsResponse,
  QueryConsensusStateRequest,
  QueryConsensusStateResponse,
  QueryConsensusStatesRequest,
  QueryConsensusStatesResponse,
  QueryUpgradedClientStateRequest,
  QueryUpgradedClientStateResponse,
  QueryUpgradedConsensusStateRequest,
  QueryUpgradedConsensusStateResponse,
} from '../../../../proto/gen/ibc/core/client/v1.ts';
import { validateClientId } from '../24-host/identifiers.ts';
import { CLIENTS_PREFIX, CONSENSUS_STATES_PREFIX, clientPath, heightText } from '../24-host/paths.ts';
import { pageBelow } from '../pagination.ts';
import { ErrClientNotFound, ErrConsensusStateNotFound } from './errors.ts';
import { parseHeight, selfHeight } from './height.ts';
import type { ClientKeeper } from './keeper.ts';

const SERVICE = '/ibc.core.client.v1.Query';

/** Of an identifier that is no such thing. */
export function checked(validate: (id: string) => void, id: string): void {
  try {
    validate(id);
  } catch (e) {
    if (e instanceof SdkError) throw new QueryError('InvalidArgument', e.message);
    throw e;
  }
}

/** The type, then the number. */
function compareClients(a: IdentifiedClientState, b: IdentifiedClientState): number {
  const [ta, tb] = [a, b].map((c) => c.clientId.slice(0, c.clientId.lastIndexOf('-'))) as [string, string];
  const [na, nb] = [a, b].map((c) => BigInt(/\d+$/.exec(c.clientId)?.[0] ?? '0')) as [bigint, bigint];
  if (ta !== tb) return ta < tb ? -1 : 1;
  return na < nb ? -1 : na > nb ? 1 : 0;
}

const notNested = (rest: string): boolean => !rest.includes('/');

export function registerClientQueries(registrar: ServiceRegistrar, k: ClientKeeper, addresses: AddressCodec): void {
  registrar.query(`${SERVICE}/ClientState`, QueryClientStateRequest, QueryClientStateResponse, (ctx, { clientId }) => {
    checked(validateClientId, clientId);
    const clientState = k.clientState(ctx, clientId);
    if (clientState === undefined) throw new QueryError('NotFound', ErrClientNotFound.wrap(clientId).message);
    return { clientState, proof: new Uint8Array(0), proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ClientStates`, QueryClientStatesRequest, QueryClientStatesResponse, (ctx, req) => {
    const page = pageBelow(
      ctx,
      CLIENTS_PREFIX,
      req.pagination,
      (rest, value): IdentifiedClientState => ({ clientId: rest.split('/')[0] as string, clientState: Any.decode(value) }),
      (rest) => rest.endsWith('/clientState'),
    );
    return { clientStates: [...page.results].sort(compareClients), pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/ConsensusState`, QueryConsensusStateRequest, QueryConsensusStateResponse, (ctx, req) => {
    checked(validateClientId, req.clientId);
    const { revisionNumber, revisionHeight } = req;
    if (!req.latestHeight && revisionHeight === 0n) throw new QueryError('InvalidArgument', 'consensus state height cannot be 0');
    const height = req.latestHeight ? k.latestHeight(ctx, req.clientId) : { revisionNumber, revisionHeight };
    const consensusState = k.consensusState(ctx, req.clientId, height);
    if (consensusState === undefined) {
      const asked = heightText({ revisionNumber, revisionHeight });
      throw new QueryError('NotFound', ErrConsensusStateNotFound.wrap(`client-id: ${req.clientId}, height: ${asked}`).message);
    }
    return { consensusState, proof: new Uint8Array(0), proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ConsensusStates`, QueryConsensusStatesRequest, QueryConsensusStatesResponse, (ctx, req) => {
    checked(validateClientId, req.clientId);
    const read = (rest: string, value: Uint8Array) => ({ height: parseHeight(rest) as Height, consensusState: Any.decode(value) });
    const page = pageBelow(ctx, clientPath(req.clientId, CONSENSUS_STATES_PREFIX), req.pagination, read, notNested);
    return { consensusStates: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/ConsensusStateHeights`, QueryConsensusStateHeightsRequest, QueryConsensusStateHeightsResponse, (ctx, req) => {
    checked(validateClientId, req.clientId);
    const page = pageBelow(ctx, clientPath(req.clientId, CONSENSUS_STATES_PREFIX), req.pagination, (rest) => parseHeight(rest) as Height, notNested);
    return { consensusStateHeights: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/ClientStatus`, QueryClientStatusRequest, QueryClientStatusResponse, (ctx, { clientId }) => {
    checked(validateClientId, clientId);
    return { status: k.status(ctx, clientId) };
  });
  registrar.query(`${SERVICE}/ClientCreator`, QueryClientCreatorRequest, QueryClientCreatorResponse, (ctx, { clientId }) => {
    checked(validateClientId, clientId);
    const creator = k.creator(ctx, clientId);
    return { creator: creator === undefined ? '' : addresses.toString(creator) };
  });
  registrar.query(`${SERVICE}/ClientParams`, QueryClientParamsRequest, QueryClientParamsResponse, (ctx) => ({ params: k.params(ctx) }));
  registrar.query(`${SERVICE}/UpgradedClientState`, QueryUpgradedClientStateRequest, QueryUpgradedClientStateResponse, (ctx) => {
    const plan = k.upgrade.plan(ctx);
    if (plan === undefined) throw new QueryError('NotFound', 'upgrade plan not found');
    const client = k.upgrade.upgradedClient(ctx, plan.height);
    if (client === undefined) throw new QueryError('NotFound', 'upgraded client not found');
    return { upgradedClientState: Any.decode(client) };
  });
  registrar.query(`${SERVICE}/UpgradedConsensusState`, QueryUpgradedConsensusStateRequest, QueryUpgradedConsensusStateResponse, (ctx) => {
    const state = k.upgrade.upgradedConsensusState(ctx, ctx.height);
    if (state === undefined) throw new QueryError('NotFound', `upgraded consensus state not found, height ${ctx.height}`);
    return { upgradedConsensusState: Any.decode(state) };
  });
}

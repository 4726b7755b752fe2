// Queries of channels and packets. Source: ibc-go v10 modules/core/04-channel/keeper/grpc_query.go.
import type { Context } from '../../../../chain/core/context.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import { QueryError } from '../../../../chain/core/query-error.ts';
import {
  Channel,
  type IdentifiedChannel,
  Order,
  type PacketState,
  QueryChannelClientStateRequest,
  QueryChannelClientStateResponse,
  QueryChannelConsensusStateRequest,
  QueryChannelConsensusStateResponse,
  QueryChannelRequest,
  QueryChannelResponse,
  QueryChannelsRequest,
  QueryChannelsResponse,
  QueryConnectionChannelsRequest,
  QueryConnectionChannelsResponse,
  QueryNextSequenceReceiveRequest,
  QueryNextSequenceReceiveResponse,
  QueryNextSequenceSendRequest,
  QueryNextSequenceSendResponse,
  QueryPacketAcknowledgementRequest,
  QueryPacketAcknowledgementResponse,
  QueryPacketAcknowledgementsRequest,
  QueryPacketAcknowledgementsResponse,
  QueryPacketCommitmentRequest,
  QueryPacketCommitmentResponse,
  QueryPacketCommitmentsRequest,
  QueryPacketCommitmentsResponse,
  QueryPacketReceiptRequest,
  QueryPacketReceiptResponse,
  QueryUnreceivedAcksRequest,
  QueryUnreceivedAcksResponse,
  QueryUnreceivedPacketsRequest,
  QueryUnreceivedPacketsResponse,
} from '../../../../proto/gen/ibc/core/channel/v1.ts';
import { ErrConsensusStateNotFound } from '../02-client/errors.ts';
import { selfHeight } from '../02-client/height.ts';
import { checked } from '../02-client/query-server.ts';
import { ErrConnectionNotFound } from '../03-connection/errors.ts';
import { parseUint64, validateChannelId, validateConnectionId, validatePortId } from '../24-host/identifiers.ts';
import { CHANNELS_PREFIX, heightText, packetAcknowledgementPrefix, packetCommitmentPrefix } from '../24-host/paths.ts';
import { pageBelow } from '../pagination.ts';
import { ErrChannelNotFound, ErrSequenceReceiveNotFound, ErrSequenceSendNotFound } from './errors.ts';
import type { ChannelKeeper } from './keeper.ts';

const SERVICE = '/ibc.core.channel.v1.Query';
const EMPTY = new Uint8Array(0);
/** Packets that are looked for at once where a relayer names none. */
const UNRECEIVED_MAX = 10_000;

interface End {
  readonly portId: string;
  readonly channelId: string;
}

/** Of `{port}/channels/{channel}`, below the prefix of channels. */
function identified(rest: string, b: Uint8Array): IdentifiedChannel {
  const [portId = '', , channelId = ''] = rest.split('/');
  return { ...Channel.decode(b), portId, channelId };
}

export function registerChannelQueries(registrar: ServiceRegistrar, k: ChannelKeeper): void {
  const assertEnd = ({ portId, channelId }: End): void => {
    checked(validatePortId, portId);
    checked(validateChannelId, channelId);
  };
  const channelOf = (ctx: Context, end: End): Channel => {
    assertEnd(end);
    const c = k.channel(ctx, end.portId, end.channelId);
    if (c === undefined) throw new QueryError('NotFound', ErrChannelNotFound.wrap(`port-id: ${end.portId}, channel-id ${end.channelId}`).message);
    return c;
  };
  const clientOf = (ctx: Context, end: End): string => {
    const c = channelOf(ctx, end);
    const connection = k.connections.connection(ctx, c.connectionHops[0] ?? '');
    if (connection === undefined) throw new QueryError('NotFound', ErrConnectionNotFound.wrap(`connection-id: ${c.connectionHops[0]}`).message);
    return connection.clientId;
  };
  const sequence = (n: bigint): void => {
    if (n === 0n) throw new QueryError('InvalidArgument', 'packet sequence cannot be 0');
  };

  registrar.query(`${SERVICE}/Channel`, QueryChannelRequest, QueryChannelResponse, (ctx, req) => ({
    channel: channelOf(ctx, req),
    proof: EMPTY,
    proofHeight: selfHeight(ctx),
  }));
  registrar.query(`${SERVICE}/Channels`, QueryChannelsRequest, QueryChannelsResponse, (ctx, req) => {
    const page = pageBelow(ctx, CHANNELS_PREFIX, req.pagination, identified);
    return { channels: page.results, pagination: page.pagination, height: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ConnectionChannels`, QueryConnectionChannelsRequest, QueryConnectionChannelsResponse, (ctx, req) => {
    checked(validateConnectionId, req.connection);
    const page = pageBelow(ctx, CHANNELS_PREFIX, req.pagination, identified, (_, b) => Channel.decode(b).connectionHops[0] === req.connection);
    return { channels: page.results, pagination: page.pagination, height: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ChannelClientState`, QueryChannelClientStateRequest, QueryChannelClientStateResponse, (ctx, req) => {
    const clientId = clientOf(ctx, req);
    const clientState = k.connections.clients.clientState(ctx, clientId);
    if (clientState === undefined) throw new QueryError('NotFound', `client-id: ${clientId}: light client not found`);
    return { identifiedClientState: { clientId, clientState }, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/ChannelConsensusState`, QueryChannelConsensusStateRequest, QueryChannelConsensusStateResponse, (ctx, req) => {
    const clientId = clientOf(ctx, req);
    const height = { revisionNumber: req.revisionNumber, revisionHeight: req.revisionHeight };
    const consensusState = k.connections.clients.consensusState(ctx, clientId, height);
    if (consensusState === undefined)
      throw new QueryError('NotFound', ErrConsensusStateNotFound.wrap(`client-id: ${clientId}, height: ${heightText(height)}`).message);
    return { consensusState, clientId, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/PacketCommitment`, QueryPacketCommitmentRequest, QueryPacketCommitmentResponse, (ctx, req) => {
    assertEnd(req);
    sequence(req.sequence);
    channelOf(ctx, req);
    const commitment = k.commitment(ctx, req.portId, req.channelId, req.sequence);
    if (commitment === undefined) throw new QueryError('NotFound', 'packet commitment hash not found');
    return { commitment, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  const states = (
    ctx: Context,
    prefix: string,
    { portId, channelId, pagination }: End & { readonly pagination: QueryPacketCommitmentsRequest['pagination'] },
  ) => pageBelow(ctx, prefix, pagination, (n, data): PacketState => ({ portId, channelId, sequence: parseUint64(n) ?? 0n, data }));
  registrar.query(`${SERVICE}/PacketCommitments`, QueryPacketCommitmentsRequest, QueryPacketCommitmentsResponse, (ctx, req) => {
    channelOf(ctx, req);
    const page = states(ctx, packetCommitmentPrefix(req.portId, req.channelId), req);
    return { commitments: page.results, pagination: page.pagination, height: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/PacketReceipt`, QueryPacketReceiptRequest, QueryPacketReceiptResponse, (ctx, req) => {
    assertEnd(req);
    sequence(req.sequence);
    channelOf(ctx, req);
    return { received: k.hasReceipt(ctx, req.portId, req.channelId, req.sequence), proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/PacketAcknowledgement`, QueryPacketAcknowledgementRequest, QueryPacketAcknowledgementResponse, (ctx, req) => {
    assertEnd(req);
    sequence(req.sequence);
    channelOf(ctx, req);
    const acknowledgement = k.acknowledgement(ctx, req.portId, req.channelId, req.sequence);
    if (acknowledgement === undefined) throw new QueryError('NotFound', 'packet acknowledgement hash not found');
    return { acknowledgement, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/PacketAcknowledgements`, QueryPacketAcknowledgementsRequest, QueryPacketAcknowledgementsResponse, (ctx, req) => {
    channelOf(ctx, req);
    const asked = req.packetCommitmentSequences;
    if (asked.length > 0) {
      const acknowledgements = asked.flatMap((n): PacketState[] => {
        const data = n === 0n ? undefined : k.acknowledgement(ctx, req.portId, req.channelId, n);
        return data === undefined ? [] : [{ portId: req.portId, channelId: req.channelId, sequence: n, data }];
      });
      return { acknowledgements, pagination: undefined, height: selfHeight(ctx) };
    }
    const page = states(ctx, packetAcknowledgementPrefix(req.portId, req.channelId), req);
    return { acknowledgements: page.results, pagination: page.pagination, height: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/UnreceivedPackets`, QueryUnreceivedPacketsRequest, QueryUnreceivedPacketsResponse, (ctx, req) => {
    const c = channelOf(ctx, req);
    const asked = [...req.packetCommitmentSequences].slice(0, UNRECEIVED_MAX);
    asked.forEach((n, i) => {
      if (n === 0n) throw new QueryError('InvalidArgument', `packet sequence ${i} cannot be 0`);
    });
    let unreceived: (n: bigint) => boolean = (n) => !k.hasReceipt(ctx, req.portId, req.channelId, n);
    if (c.ordering === Order.ORDER_ORDERED) {
      const next = k.nextSequenceRecv(ctx, req.portId, req.channelId);
      if (next === undefined)
        throw new QueryError('NotFound', ErrSequenceReceiveNotFound.wrap(`destination port: ${req.portId}, destination channel: ${req.channelId}`).message);
      unreceived = (n) => n >= next;
    }
    return { sequences: asked.filter(unreceived), height: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/UnreceivedAcks`, QueryUnreceivedAcksRequest, QueryUnreceivedAcksResponse, (ctx, req) => {
    channelOf(ctx, req);
    const sequences = req.packetAckSequences.slice(0, UNRECEIVED_MAX).filter((n, i) => {
      if (n === 0n) throw new QueryError('InvalidArgument', `packet sequence ${i} cannot be 0`);
      // A commitment that is still there has not been acknowledged.
      return k.commitment(ctx, req.portId, req.channelId, n) !== undefined;
    });
    return { sequences, height: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/NextSequenceReceive`, QueryNextSequenceReceiveRequest, QueryNextSequenceReceiveResponse, (ctx, req) => {
    const c = channelOf(ctx, req);
    // The reference says 0 for an unordered channel, which relayers then send in their timeouts, where it is refused.
    const held = c.ordering === Order.ORDER_ORDERED ? k.nextSequenceRecv(ctx, req.portId, req.channelId) : 1n;
    if (held === undefined)
      throw new QueryError('NotFound', ErrSequenceReceiveNotFound.wrap(`destination port: ${req.portId}, destination channel: ${req.channelId}`).message);
    return { nextSequenceReceive: held, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
  registrar.query(`${SERVICE}/NextSequenceSend`, QueryNextSequenceSendRequest, QueryNextSequenceSendResponse, (ctx, req) => {
    assertEnd(req);
    const nextSequenceSend = k.nextSequenceSend(ctx, req.portId, req.channelId);
    if (nextSequenceSend === undefined) throw new QueryError('NotFound', ErrSequenceSendNotFound.wrap(`port: ${req.portId}, channel ${req.channelId}`).message);
    return { nextSequenceSend, proof: EMPTY, proofHeight: selfHeight(ctx) };
  });
}

// Genesis of IBC: clients with their consensus states and notes, connections, channels and what is under way. Source: ibc-go v10
// modules/core/genesis.go and those of its parts.
import { uint64Value } from '../../../chain/core/collections/value-codec.ts';
import type { Context } from '../../../chain/core/context.ts';
import { SdkError } from '../../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../../chain/core/genesis-json.ts';
import type { Json } from '../../../chain/core/module.ts';
import { fromUtf8, utf8 } from '../../../chain/encoding/bytes.ts';
import { Any } from '../../../proto/gen/google/protobuf.ts';
import { Channel, type PacketSequence, type PacketState } from '../../../proto/gen/ibc/core/channel/v1.ts';
import type { ClientConsensusStates, Height, IdentifiedGenesisMetadata } from '../../../proto/gen/ibc/core/client/v1.ts';
import { ConnectionEnd } from '../../../proto/gen/ibc/core/connection/v1.ts';
import { GenesisState } from '../../../proto/gen/ibc/core/types/v1.ts';
import { allClients, ClientStore } from './02-client/client-store.ts';
import { parseHeight } from './02-client/height.ts';
import { DEFAULT_PARAMS as CLIENT_PARAMS, validateParams } from './02-client/keeper.ts';
import { DEFAULT_PARAMS as CONNECTION_PARAMS } from './03-connection/keeper.ts';
import type { ChannelKeeper } from './04-channel/keeper.ts';
import { parseUint64 } from './24-host/identifiers.ts';
import {
  CHANNELS_PREFIX,
  CLIENT_STATE,
  CONNECTIONS_PREFIX,
  consensusStatePath,
  nextSequenceAckKey,
  nextSequenceRecvKey,
  nextSequenceSendKey,
} from './24-host/paths.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { below } from './pagination.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, {
    clientGenesis: { clients: [], clientsConsensus: [], clientsMetadata: [], params: CLIENT_PARAMS, createLocalhost: false, nextClientSequence: 0n },
    connectionGenesis: { connections: [], clientConnectionPaths: [], nextConnectionSequence: 0n, params: CONNECTION_PARAMS },
    channelGenesis: {
      channels: [],
      acknowledgements: [],
      commitments: [],
      receipts: [],
      sendSequences: [],
      recvSequences: [],
      ackSequences: [],
      nextChannelSequence: 0n,
    },
    clientV2Genesis: { counterpartyInfos: [] },
    channelV2Genesis: { acknowledgements: [], commitments: [], receipts: [], asyncPackets: [], sendSequences: [] },
  });
}

export function validateGenesis(json: Json): void {
  const { clientGenesis, clientV2Genesis, channelV2Genesis: v2 } = readGenesis(MODULE_NAME, GenesisState, json);
  try {
    validateParams(clientGenesis.params);
  } catch (e) {
    throw e instanceof SdkError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
  const more = [clientV2Genesis.counterpartyInfos, v2.acknowledgements, v2.commitments, v2.receipts, v2.asyncPackets, v2.sendSequences];
  if (more.some((l) => l.length > 0)) throw new GenesisError(MODULE_NAME, 'packets of IBC v2 are not supported');
}

/** Paths of packets and sequences: `{kind}/ports/{port}/channels/{channel}[/sequences/{n}]`. */
const PACKETS = { commitments: 'commitments', acknowledgements: 'acks', receipts: 'receipts' } as const;

export function initGenesis(k: ChannelKeeper, ctx: Context, json: Json): void {
  validateGenesis(json);
  const { clientGenesis: c, connectionGenesis: n, channelGenesis: h } = readGenesis(MODULE_NAME, GenesisState, json);
  const { connections } = k;
  const { clients } = connections;
  const any = (what: string, a: Any | undefined): Uint8Array => {
    if (a === undefined) throw new GenesisError(MODULE_NAME, `${what} is missing`);
    return Any.encode(a);
  };
  clients.setParams(ctx, c.params);
  for (const { clientId, clientMetadata } of c.clientsMetadata) for (const m of clientMetadata) new ClientStore(ctx, clientId).set(m.key, m.value);
  for (const { clientId, clientState } of c.clients) new ClientStore(ctx, clientId).set(CLIENT_STATE, any(`the state of ${clientId}`, clientState));
  for (const { clientId, consensusStates } of c.clientsConsensus) {
    for (const s of consensusStates)
      new ClientStore(ctx, clientId).set(consensusStatePath(s.height), any(`a consensus state of ${clientId}`, s.consensusState));
  }
  clients.setNextSequence(ctx, c.nextClientSequence);

  for (const { id, ...end } of n.connections) connections.setConnection(ctx, id, end);
  for (const p of n.clientConnectionPaths) connections.setClientConnections(ctx, p.clientId, p.paths);
  connections.setLocalhost(ctx);
  connections.setNextSequence(ctx, n.nextConnectionSequence);
  connections.setParams(ctx, n.params);

  for (const { portId, channelId, ...channel } of h.channels) k.setChannel(ctx, portId, channelId, channel);
  const store = ctx.store(STORE_NAME);
  for (const kind of ['commitments', 'acknowledgements', 'receipts'] as const) {
    for (const p of h[kind]) store.set(utf8(`${PACKETS[kind]}/ports/${p.portId}/channels/${p.channelId}/sequences/${p.sequence}`), p.data);
  }
  for (const s of h.sendSequences) k.setSequence(ctx, nextSequenceSendKey, s.portId, s.channelId, s.sequence);
  for (const s of h.recvSequences) k.setSequence(ctx, nextSequenceRecvKey, s.portId, s.channelId, s.sequence);
  for (const s of h.ackSequences) k.setSequence(ctx, nextSequenceAckKey, s.portId, s.channelId, s.sequence);
  k.setNextChannelSequence(ctx, h.nextChannelSequence);
}

function packetsOf(ctx: Context, kind: string): PacketState[] {
  return [...below(`${kind}/ports/`).walk(ctx)].map(([rest, data]) => {
    const [portId = '', , channelId = '', , n = ''] = fromUtf8(rest).split('/');
    return { portId, channelId, sequence: parseUint64(n) ?? 0n, data };
  });
}

function sequencesOf(ctx: Context, kind: string): PacketSequence[] {
  return [...below(`${kind}/ports/`).walk(ctx)].map(([rest, value]) => {
    const [portId = '', , channelId = ''] = fromUtf8(rest).split('/');
    return { portId, channelId, sequence: uint64Value.decode(value) };
  });
}

/** Everything below `clients/`, told apart by its path. */
function clientsOf(ctx: Context) {
  const clients: { readonly clientId: string; readonly clientState: Any }[] = [];
  const consensus = new Map<string, { readonly height: Height; readonly consensusState: Any }[]>();
  const metadata = new Map<string, { readonly key: Uint8Array; readonly value: Uint8Array }[]>();
  const paths: { readonly clientId: string; readonly value: Uint8Array }[] = [];
  for (const [key, value] of allClients(ctx)) {
    const at = key.indexOf(47);
    const clientId = fromUtf8(key.subarray(0, at));
    const rest = key.subarray(at + 1);
    const text = rest.every((b) => b > 31 && b < 127) ? fromUtf8(rest) : '';
    const height = text.startsWith('consensusStates/') ? parseHeight(text.slice('consensusStates/'.length)) : undefined;
    if (text === CLIENT_STATE) clients.push({ clientId, clientState: Any.decode(value) });
    else if (text === 'connections') paths.push({ clientId, value });
    else if (height !== undefined) consensus.set(clientId, [...(consensus.get(clientId) ?? []), { height, consensusState: Any.decode(value) }]);
    else metadata.set(clientId, [...(metadata.get(clientId) ?? []), { key: rest, value }]);
  }
  return { clients, consensus, metadata, paths };
}

export function exportGenesis(k: ChannelKeeper, ctx: Context): Json {
  const { clients, consensus, metadata, paths } = clientsOf(ctx);
  const clientsConsensus = [...consensus].map(([clientId, consensusStates]): ClientConsensusStates => ({ clientId, consensusStates }));
  const clientsMetadata = [...metadata].map(([clientId, clientMetadata]): IdentifiedGenesisMetadata => ({ clientId, clientMetadata }));
  const { connections } = k;
  return writeGenesis(GenesisState, {
    clientGenesis: {
      clients,
      clientsConsensus,
      clientsMetadata,
      params: connections.clients.params(ctx),
      createLocalhost: false,
      nextClientSequence: connections.clients.nextSequence(ctx),
    },
    connectionGenesis: {
      connections: [...below(CONNECTIONS_PREFIX).walk(ctx)].map(([id, b]) => ({ id: fromUtf8(id), ...ConnectionEnd.decode(b) })),
      clientConnectionPaths: paths.map(({ clientId }) => ({ clientId, paths: connections.clientConnections(ctx, clientId) ?? [] })),
      nextConnectionSequence: connections.nextSequence(ctx),
      params: connections.params(ctx),
    },
    channelGenesis: {
      channels: [...below(CHANNELS_PREFIX).walk(ctx)].map(([rest, b]) => {
        const [portId = '', , channelId = ''] = fromUtf8(rest).split('/');
        return { ...Channel.decode(b), portId, channelId };
      }),
      acknowledgements: packetsOf(ctx, PACKETS.acknowledgements),
      commitments: packetsOf(ctx, PACKETS.commitments),
      receipts: packetsOf(ctx, PACKETS.receipts),
      sendSequences: sequencesOf(ctx, 'nextSequenceSend'),
      recvSequences: sequencesOf(ctx, 'nextSequenceRecv'),
      ackSequences: sequencesOf(ctx, 'nextSequenceAck'),
      nextChannelSequence: k.nextChannelSequence(ctx),
    },
    clientV2Genesis: { counterpartyInfos: [] },
    channelV2Genesis: { acknowledgements: [], commitments: [], receipts: [], asyncPackets: [], sendSequences: [] },
  });
}

// Messages of peer exchange and of the TCP transport: tendermint.p2p (cmt:proto/tendermint/p2p).
import { bool, bytes, type Codec, embed, int32, message, oneof, optional, repeated, string, uint32, uint64 } from '../../encoding/codec.ts';
import { TypesError } from '../errors.ts';
import { type PublicKeyMessage, publicKeyCodec } from '../public-key-codec.ts';
import { decodeChecked, unwrap, type Wrapped } from './decode.ts';

/** cmt:p2p/pex: 250 addresses of at most 256 bytes. */
export const PEX_ADDRESSES_MAX = 250;
export const PEX_MESSAGE_BYTES_MAX = 256 * PEX_ADDRESSES_MAX;
/** cmt:p2p/node_info.go MaxNodeInfoSize. */
export const NODE_INFO_BYTES_MAX = 10_240;

type Empty = Readonly<Record<never, never>>;

export interface NetAddress {
  readonly id: string;
  readonly ip: string;
  readonly port: number;
}
interface PexKinds {
  pexRequest: Empty;
  pexAddrs: { readonly addrs: readonly NetAddress[] };
}
export type PexMessage = { [K in keyof PexKinds]: { readonly case: K; readonly value: PexKinds[K] } }[keyof PexKinds];

const name = 'tendermint.p2p';

export const netAddressCodec: Codec<NetAddress> = message(`${name}.NetAddress`, { id: string(1), ip: string(2), port: uint32(3) });

export const pexMessageCodec: Codec<Wrapped<PexMessage>> = message<Wrapped<PexMessage>>(`${name}.Message`, {
  sum: oneof<PexKinds>({
    pexRequest: optional(1, message<Empty>(`${name}.PexRequest`, {})),
    pexAddrs: optional(2, message<PexKinds['pexAddrs']>(`${name}.PexAddrs`, { addrs: repeated(1, netAddressCodec) })),
  }),
});

/** Throws TypesError. */
export function decodePexMessage(data: Uint8Array): PexMessage {
  return decodeChecked(pexMessageCodec, data, PEX_MESSAGE_BYTES_MAX, (w) => {
    const m = unwrap(pexMessageCodec.name, w);
    if (m.case === 'pexAddrs' && m.value.addrs.length > PEX_ADDRESSES_MAX) {
      throw new TypesError('message', `${m.value.addrs.length} addresses are too many (max: ${PEX_ADDRESSES_MAX})`);
    }
    return m;
  });
}

export interface PacketMsg {
  readonly channelId: number;
  readonly eof: boolean;
  readonly data: Uint8Array;
}
interface PacketKinds {
  packetPing: Empty;
  packetPong: Empty;
  packetMsg: PacketMsg;
}
export type Packet = { [K in keyof PacketKinds]: { readonly case: K; readonly value: PacketKinds[K] } }[keyof PacketKinds];

export const packetCodec: Codec<Wrapped<Packet>> = message<Wrapped<Packet>>(`${name}.Packet`, {
  sum: oneof<PacketKinds>({
    packetPing: optional(1, message<Empty>(`${name}.PacketPing`, {})),
    packetPong: optional(2, message<Empty>(`${name}.PacketPong`, {})),
    packetMsg: optional(3, message<PacketMsg>(`${name}.PacketMsg`, { channelId: int32(1), eof: bool(2), data: bytes(3) })),
  }),
});

/** Throws TypesError. `maxBytes`: the configured payload and its framing. */
export function decodePacket(data: Uint8Array, maxBytes: number): Packet {
  return decodeChecked(packetCodec, data, maxBytes, (w) => {
    const m = unwrap(packetCodec.name, w);
    if (m.case === 'packetMsg' && (m.value.channelId < 0 || m.value.channelId > 255)) throw new TypesError('message', `no channel ${m.value.channelId}`);
    return m;
  });
}

export interface AuthSigMessage {
  readonly pubKey: PublicKeyMessage;
  readonly sig: Uint8Array;
}
export const authSigMessageCodec: Codec<AuthSigMessage> = message(`${name}.AuthSigMessage`, { pubKey: embed(1, publicKeyCodec), sig: bytes(2) });

export interface ProtocolVersion {
  readonly p2p: bigint;
  readonly block: bigint;
  readonly app: bigint;
}
export interface NodeInfo {
  readonly protocolVersion: ProtocolVersion;
  readonly defaultNodeId: string;
  readonly listenAddr: string;
  readonly network: string;
  readonly version: string;
  readonly channels: Uint8Array;
  readonly moniker: string;
  readonly other: { readonly txIndex: string; readonly rpcAddress: string };
}
export const nodeInfoCodec: Codec<NodeInfo> = message(`${name}.DefaultNodeInfo`, {
  protocolVersion: embed(1, message<ProtocolVersion>(`${name}.ProtocolVersion`, { p2p: uint64(1), block: uint64(2), app: uint64(3) })),
  defaultNodeId: string(2),
  listenAddr: string(3),
  network: string(4),
  version: string(5),
  channels: bytes(6),
  moniker: string(7),
  other: embed(8, message<NodeInfo['other']>(`${name}.DefaultNodeInfoOther`, { txIndex: string(1), rpcAddress: string(2) })),
});

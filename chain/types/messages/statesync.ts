// Messages of state sync: tendermint.statesync.Message (cmt:statesync/messages.go).
import { bool, bytes, type Codec, message, oneof, optional, uint32, uint64 } from '../../encoding/codec.ts';
import { TypesError } from '../errors.ts';
import { decodeChecked, unwrap, type Wrapped } from './decode.ts';

/** Bytes of a message on the snapshot channel and on the chunk channel. */
export const SNAPSHOT_MESSAGE_BYTES_MAX = 4_000_000;
export const CHUNK_MESSAGE_BYTES_MAX = 16_000_000;

type Empty = Readonly<Record<never, never>>;
export interface SnapshotsResponse {
  readonly height: bigint;
  readonly format: number;
  readonly chunks: number;
  readonly hash: Uint8Array;
  readonly metadata: Uint8Array;
}
export interface ChunkRequest {
  readonly height: bigint;
  readonly format: number;
  readonly index: number;
}
export interface ChunkResponse extends ChunkRequest {
  readonly chunk: Uint8Array;
  readonly missing: boolean;
}

interface Kinds {
  snapshotsRequest: Empty;
  snapshotsResponse: SnapshotsResponse;
  chunkRequest: ChunkRequest;
  chunkResponse: ChunkResponse;
}
export type StatesyncMessage = { [K in keyof Kinds]: { readonly case: K; readonly value: Kinds[K] } }[keyof Kinds];

const name = 'tendermint.statesync';

export const statesyncMessageCodec: Codec<Wrapped<StatesyncMessage>> = message<Wrapped<StatesyncMessage>>(`${name}.Message`, {
  sum: oneof<Kinds>({
    snapshotsRequest: optional(1, message<Empty>(`${name}.SnapshotsRequest`, {})),
    snapshotsResponse: optional(
      2,
      message<SnapshotsResponse>(`${name}.SnapshotsResponse`, { height: uint64(1), format: uint32(2), chunks: uint32(3), hash: bytes(4), metadata: bytes(5) }),
    ),
    chunkRequest: optional(3, message<ChunkRequest>(`${name}.ChunkRequest`, { height: uint64(1), format: uint32(2), index: uint32(3) })),
    chunkResponse: optional(
      4,
      message<ChunkResponse>(`${name}.ChunkResponse`, { height: uint64(1), format: uint32(2), index: uint32(3), chunk: bytes(4), missing: bool(5) }),
    ),
  }),
});

function fail(why: string): never {
  throw new TypesError('message', why);
}

/** `maxChunks` is statesync.max_snapshot_chunks (F-10). Throws TypesError. */
export function validateStatesyncMessage(m: StatesyncMessage, maxChunks: number): void {
  if (m.case === 'snapshotsRequest') return;
  if (m.value.height === 0n) fail('height cannot be 0');
  if (m.case === 'snapshotsResponse') {
    if (m.value.hash.length === 0) fail('snapshot has no hash');
    if (m.value.chunks === 0) fail('snapshot has no chunks');
    if (m.value.chunks > maxChunks) fail(`snapshot response chunk count: ${m.value.chunks}, maximum chunks: ${maxChunks}`);
  }
  if (m.case === 'chunkResponse') {
    if (m.value.missing && m.value.chunk.length > 0) fail('missing chunk cannot have contents');
    if (!m.value.missing && m.value.chunk.length === 0) fail('chunk cannot be nil');
  }
}

/** Throws TypesError. */
export function decodeStatesyncMessage(bytes: Uint8Array, maxBytes: number, maxChunks: number): StatesyncMessage {
  return decodeChecked(statesyncMessageCodec, bytes, maxBytes, (w) => {
    const m = unwrap(statesyncMessageCodec.name, w);
    validateStatesyncMessage(m, maxChunks);
    return m;
  });
}

export function encodeStatesyncMessage(m: StatesyncMessage): Uint8Array {
  return statesyncMessageCodec.encode({ sum: m });
}

// What is known of a snapshot without its chunks: cosmos.store.snapshots.v1.Snapshot (store:snapshots/types). The hash is SHA-256 over all
// chunks in order; the metadata has the SHA-256 of each.
import { createHash, type Hash } from 'node:crypto';
import { bytesEqual } from '../../encoding/bytes.ts';
import { bytes, type Codec, embed, message, repeatedBytes, uint32, uint64 } from '../../encoding/codec.ts';
import { WireError } from '../../encoding/proto-wire.ts';
import { ErrSnapshot } from '../query-errors.ts';

export interface SnapshotMetadata {
  readonly chunkHashes: readonly Uint8Array[];
}

export interface SnapshotInfo {
  readonly height: bigint;
  readonly format: number;
  readonly chunks: number;
  readonly hash: Uint8Array;
  readonly metadata: SnapshotMetadata;
}

/** As an engine hands it from node to node. */
export interface OfferedSnapshot extends Omit<SnapshotInfo, 'metadata'> {
  readonly metadata: Uint8Array;
}

const name = 'cosmos.store.snapshots.v1.';
const metadataCodec: Codec<SnapshotMetadata> = message<SnapshotMetadata>(`${name}Metadata`, { chunkHashes: repeatedBytes(1) });
const snapshotCodec: Codec<SnapshotInfo> = message<SnapshotInfo>(`${name}Snapshot`, {
  height: uint64(1),
  format: uint32(2),
  chunks: uint32(3),
  hash: bytes(4),
  metadata: embed(5, metadataCodec),
});

export const encodeSnapshotInfo = (s: SnapshotInfo): Uint8Array => snapshotCodec.encode(s);

function checkInfo(s: SnapshotInfo): SnapshotInfo {
  if (s.height < 1n || s.height > 9_223_372_036_854_775_807n) throw ErrSnapshot.wrap(`height ${s.height}`);
  if (s.chunks === 0) throw ErrSnapshot.wrap('no chunks');
  if (s.metadata.chunkHashes.length !== s.chunks) throw ErrSnapshot.wrap(`snapshot has ${s.metadata.chunkHashes.length} chunk hashes, but ${s.chunks} chunks`);
  if (s.hash.length !== 32 || s.metadata.chunkHashes.some((h) => h.length !== 32)) throw ErrSnapshot.wrap('a hash is not of 32 bytes');
  return s;
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (e) {
    if (e instanceof WireError) throw ErrSnapshot.wrap(e.message);
    throw e;
  }
}

/** Throws ErrSnapshot. */
export function decodeSnapshotInfo(b: Uint8Array): SnapshotInfo {
  return checkInfo(decoded(() => snapshotCodec.decode(b)));
}

export function offered(s: SnapshotInfo): OfferedSnapshot {
  return { ...s, metadata: metadataCodec.encode(s.metadata) };
}

/** Throws ErrSnapshot. */
export function fromOffered(s: OfferedSnapshot): SnapshotInfo {
  return checkInfo({ ...s, metadata: decoded(() => metadataCodec.decode(s.metadata)) });
}

/** SHA-256 of a chunk. */
export function chunkHash(chunk: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(chunk).digest());
}

export function matchesChunk(s: SnapshotInfo, index: number, chunk: Uint8Array): boolean {
  const expected = s.metadata.chunkHashes[index];
  return expected !== undefined && bytesEqual(expected, chunkHash(chunk));
}

/** Gathers a snapshot's info while its chunks go by. */
export class InfoBuilder {
  readonly #all: Hash = createHash('sha256');
  readonly #hashes: Uint8Array[] = [];

  add(chunk: Uint8Array): void {
    this.#all.update(chunk);
    this.#hashes.push(chunkHash(chunk));
  }

  finish(height: bigint, format: number): SnapshotInfo {
    return { height, format, chunks: this.#hashes.length, hash: new Uint8Array(this.#all.digest()), metadata: { chunkHashes: this.#hashes } };
  }
}

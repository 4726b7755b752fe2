// Messages of block sync: tendermint.blocksync.Message (cmt:blocksync/msgs.go).
import { type Codec, int64, message, oneof, optional } from '../../encoding/codec.ts';
import { type Block, blockCodec } from '../block.ts';
import { TypesError } from '../errors.ts';
import { type ExtendedCommit, extendedCommitCodec } from '../extended-commit.ts';
import { MAX_BLOCK_SIZE_BYTES } from '../limits.ts';
import { decodeChecked, unwrap, type Wrapped } from './decode.ts';

/** The largest block and its framing. */
export const BLOCKSYNC_MESSAGE_BYTES_MAX = MAX_BLOCK_SIZE_BYTES + 5;

export interface HeightOnly {
  readonly height: bigint;
}
export interface BlockResponse {
  readonly block: Block | undefined;
  /** Where vote extensions are on. */
  readonly extCommit: ExtendedCommit | undefined;
}
export interface StatusResponse {
  readonly height: bigint;
  readonly base: bigint;
}
type Empty = Readonly<Record<never, never>>;

interface Kinds {
  blockRequest: HeightOnly;
  noBlockResponse: HeightOnly;
  blockResponse: BlockResponse;
  statusRequest: Empty;
  statusResponse: StatusResponse;
}
export type BlocksyncMessage = { [K in keyof Kinds]: { readonly case: K; readonly value: Kinds[K] } }[keyof Kinds];

const name = 'tendermint.blocksync';

export const blocksyncMessageCodec: Codec<Wrapped<BlocksyncMessage>> = message<Wrapped<BlocksyncMessage>>(`${name}.Message`, {
  sum: oneof<Kinds>({
    blockRequest: optional(1, message<HeightOnly>(`${name}.BlockRequest`, { height: int64(1) })),
    noBlockResponse: optional(2, message<HeightOnly>(`${name}.NoBlockResponse`, { height: int64(1) })),
    blockResponse: optional(
      3,
      message<BlockResponse>(`${name}.BlockResponse`, { block: optional(1, blockCodec), extCommit: optional(2, extendedCommitCodec) }),
    ),
    statusRequest: optional(4, message<Empty>(`${name}.StatusRequest`, {})),
    statusResponse: optional(5, message<StatusResponse>(`${name}.StatusResponse`, { height: int64(1), base: int64(2) })),
  }),
});

function fail(why: string): never {
  throw new TypesError('message', why);
}

/** A block inside is not checked here: validateBlock is the receiver's, once. Throws TypesError. */
export function validateBlocksyncMessage(m: BlocksyncMessage): void {
  switch (m.case) {
    case 'blockRequest':
    case 'noBlockResponse':
      if (m.value.height < 0n) fail('negative height');
      return;
    case 'blockResponse':
      if (m.value.block === undefined) fail('block response without a block');
      return;
    case 'statusRequest':
      return;
    case 'statusResponse':
      if (m.value.base < 0n) fail('negative base');
      if (m.value.height < 0n) fail('negative height');
      if (m.value.base > m.value.height) fail(`base ${m.value.base} cannot be greater than height ${m.value.height}`);
  }
}

/** Throws TypesError. */
export function decodeBlocksyncMessage(bytes: Uint8Array, maxBytes = BLOCKSYNC_MESSAGE_BYTES_MAX): BlocksyncMessage {
  return decodeChecked(blocksyncMessageCodec, bytes, maxBytes, (w) => {
    const m = unwrap(blocksyncMessageCodec.name, w);
    validateBlocksyncMessage(m);
    return m;
  });
}

export function encodeBlocksyncMessage(m: BlocksyncMessage): Uint8Array {
  return blocksyncMessageCodec.encode({ sum: m });
}

// The messages as bytes: fixed ones once, and a block response around stored bytes, so that a block is not decoded to be served.
import { LENGTH_DELIMITED, Writer } from '../encoding/proto-wire.ts';
import { type ExtendedCommit, extendedCommitCodec } from '../types/extended-commit.ts';
import { encodeBlocksyncMessage } from '../types/messages/blocksync.ts';

export const STATUS_REQUEST: Uint8Array = encodeBlocksyncMessage({ case: 'statusRequest', value: {} });

/** Field of a BlockResponse in Message. */
const BLOCK_RESPONSE = 3;

export const encodeRequest = (height: bigint): Uint8Array => encodeBlocksyncMessage({ case: 'blockRequest', value: { height } });
export const encodeNoBlock = (height: bigint): Uint8Array => encodeBlocksyncMessage({ case: 'noBlockResponse', value: { height } });
export const encodeStatus = (base: bigint, height: bigint): Uint8Array => encodeBlocksyncMessage({ case: 'statusResponse', value: { base, height } });

export function encodeBlockResponse(block: Uint8Array, extended: ExtendedCommit | undefined): Uint8Array {
  const inner = new Writer(block.length + 64).tag(1, LENGTH_DELIMITED).bytes(block);
  if (extended !== undefined) inner.tag(2, LENGTH_DELIMITED).bytes(extendedCommitCodec.encode(extended));
  const value = inner.finish();
  return new Writer(value.length + 16).tag(BLOCK_RESPONSE, LENGTH_DELIMITED).bytes(value).finish();
}

/** Whether a message begins as a block response: told before any of it is decoded. */
export function isBlockResponse(message: Uint8Array): boolean {
  return message.length > 0 && (message[0] as number) === ((BLOCK_RESPONSE << 3) | LENGTH_DELIMITED);
}

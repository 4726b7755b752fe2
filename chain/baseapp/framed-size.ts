// How much of a block a transaction takes: blocks are limited by the size of their data as protobuf (cmt:types/tx.go ComputeProtoSizeForTxs).

/** Bytes of a transaction inside tendermint.types.Data: tag, length, content. */
export function protoFramedSize(tx: Uint8Array): bigint {
  let lengthBytes = 1;
  for (let n = tx.length; n > 127; n = Math.floor(n / 128)) lengthBytes++;
  return BigInt(1 + lengthBytes + tx.length);
}

// Messages of the mempool reactor: tendermint.mempool.Message.
import { type Codec, message, oneof, optional, repeatedBytes } from '../../encoding/codec.ts';
import { Reader, WireError } from '../../encoding/proto-wire.ts';
import { TypesError } from '../errors.ts';
import type { Wrapped } from './decode.ts';

interface Kinds {
  txs: { readonly txs: readonly Uint8Array[] };
}
export type MempoolMessage = { readonly case: 'txs'; readonly value: Kinds['txs'] };

export const mempoolMessageCodec: Codec<Wrapped<MempoolMessage>> = message<Wrapped<MempoolMessage>>('tendermint.mempool.Message', {
  sum: oneof<Kinds>({ txs: optional(1, message<Kinds['txs']>('tendermint.mempool.Txs', { txs: repeatedBytes(1) })) }),
});

export function encodeTxs(txs: readonly Uint8Array[]): Uint8Array {
  return mempoolMessageCodec.encode({ sum: { case: 'txs', value: { txs } } });
}

export interface TxLimits {
  /** mempool.max_tx_bytes */
  readonly maxTxBytes: number;
  /** mempool.max_batch_bytes; 0 where batches are not limited by themselves. */
  readonly maxBatchBytes: number;
}

/** Calls `each` for every transaction's place in the message; nothing is made for it, so millions of tiny ones cost no memory. */
function walk(r: Reader, each: (length: number) => void): void {
  while (!r.done()) {
    const tag = r.tag();
    if (tag !== 10) {
      // Of the fields themselves another wire type is an error, as for any decoder.
      if (tag >>> 3 === 1) r.fail(`field 1 has wire type ${tag & 7}, not 2`);
      r.skip(tag & 7);
      continue;
    }
    const outer = r.enter();
    while (!r.done()) {
      const inner = r.tag();
      if (inner !== 10) {
        if (inner >>> 3 === 1) r.fail(`field 1 has wire type ${inner & 7}, not 2`);
        r.skip(inner & 7);
        continue;
      }
      const end = r.lengthEnd();
      each(end - r.pos);
      r.pos = end;
    }
    r.leave(outer);
  }
}

/**
 * The transactions of a message, each made when it is asked for: views into `bytes`. The whole message is checked first (F-16): at least one
 * transaction, none empty or above max_tx_bytes, all together within the larger of the two limits. Throws TypesError.
 */
export function decodeTxs(bytes: Uint8Array, limits: TxLimits): Iterable<Uint8Array> {
  const budget = Math.max(limits.maxTxBytes, limits.maxBatchBytes);
  const fail = (why: string): never => {
    throw new TypesError('message', `${mempoolMessageCodec.name}: ${why}`);
  };
  let count = 0;
  let total = 0;
  try {
    walk(new Reader(bytes), (length) => {
      if (length === 0) fail('batch contains an empty transaction');
      if (length > limits.maxTxBytes) fail(`transaction size ${length} exceeds max_tx_bytes ${limits.maxTxBytes}`);
      count++;
      total += length;
      if (total > budget) fail(`batch exceeds ${budget} byte budget`);
    });
  } catch (e) {
    if (e instanceof WireError) fail(e.message);
    throw e;
  }
  if (count === 0) fail('received empty txs from peer');
  return views(bytes);
}

function* views(bytes: Uint8Array): Generator<Uint8Array> {
  const r = new Reader(bytes);
  while (!r.done()) {
    const tag = r.tag();
    if (tag !== 10) {
      r.skip(tag & 7);
      continue;
    }
    const outer = r.enter();
    while (!r.done()) {
      const inner = r.tag();
      if (inner === 10) yield r.bytes();
      else r.skip(inner & 7);
    }
    r.leave(outer);
  }
}

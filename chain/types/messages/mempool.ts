// Messages of the mempool reactor: tendermint.mempool.Message.
import { type Codec, message, oneof, optional, repeatedBytes } from '../../encoding/codec.ts';
import { TypesError } from '../errors.ts';
import { decodeChecked, unwrap, type Wrapped } from './decode.ts';

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

/** At least one transaction. Throws TypesError. */
export function decodeTxs(bytes: Uint8Array, maxBytes: number): readonly Uint8Array[] {
  return decodeChecked(mempoolMessageCodec, bytes, maxBytes, (w) => {
    const { txs } = unwrap(mempoolMessageCodec.name, w).value;
    if (txs.length === 0) throw new TypesError('message', 'received empty txs from peer');
    return txs;
  });
}

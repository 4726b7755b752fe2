// What a "/store/<name>/subspace" query answers with (cosmos.store.internal.kv.v1beta1; the reference keeps its .proto internal).
import { bytes, type Codec, message, repeated } from '../encoding/codec.ts';

export interface KvPair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}
const KvPair: Codec<KvPair> = message<KvPair>('cosmos.store.internal.kv.v1beta1.Pair', { key: bytes(1), value: bytes(2) });

export interface KvPairs {
  readonly pairs: readonly KvPair[];
}
export const KvPairs: Codec<KvPairs> = message<KvPairs>('cosmos.store.internal.kv.v1beta1.Pairs', { pairs: repeated(1, KvPair) });

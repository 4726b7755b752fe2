// Two answers to one ABCI query, byte by byte but for what Go and we word differently.
import type { QueryResponse } from '../../../chain/abci/application.ts';
import { toHex } from '../../../chain/encoding/bytes.ts';

export const shown = (v: unknown): string =>
  JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? x.toString() : x instanceof Uint8Array ? toHex(x) : x)).slice(0, 1200);

/** Go's protobuf decoder has words of its own for what it cannot read. */
const DECODER = /^(?:protobuf: [^:]*|unexpected EOF|proto: [^:]*: [^:]*|proto: [^:]*)(?=: invalid request$)/;

/** A panic's text is its stack. */
const PANIC = 111222;

export function queryDifference(ours: QueryResponse, peer: QueryResponse): string | undefined {
  const comparable = (r: QueryResponse): string =>
    shown({
      ...r,
      log:
        r.code === PANIC
          ? 'panic'
          : // simd prints the bytes of this address.
            r.log.replace(DECODER, 'undecodable').replace(/fee payer address: .* does not exist/s, 'fee payer address: … does not exist'),
    });
  const [a, b] = [comparable(ours), comparable(peer)];
  return a === b ? undefined : `ours ${a}, simd ${b}`;
}

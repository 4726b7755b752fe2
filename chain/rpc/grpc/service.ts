// What a unary gRPC method of the node is: bytes in, bytes out. Each service file declares its methods in one table by gRPC path.
import type { Codec } from '../../encoding/codec.ts';
import { WireError } from '../../encoding/proto-wire.ts';
import type { Awaitable, Backend } from '../backend.ts';
import { internal } from './status.ts';

export interface UnaryContext {
  readonly backend: Backend;
  /** The height that was asked for; 0 is the latest. */
  readonly height: bigint;
  /** Full names of every service that is served. */
  readonly services: readonly string[];
}
/** Throws what toGrpcError understands. */
export type Unary = (request: Uint8Array, context: UnaryContext) => Awaitable<Uint8Array>;
/** By path, "/package.Service/Method". */
export type UnaryTable = Readonly<Record<string, Unary>>;

export function unary<Req, Res>(request: Codec<Req>, response: Codec<Res>, handle: (request: Req, context: UnaryContext) => Awaitable<Res>): Unary {
  return async (bytes, context) => {
    let decoded: Req;
    try {
      decoded = request.decode(bytes);
    } catch (e) {
      if (e instanceof WireError) throw internal(`grpc: error unmarshalling request: ${e.message}`);
      throw e;
    }
    return response.encode(await handle(decoded, context));
  };
}

/** Methods of one service under its name. */
export function service(name: string, methods: UnaryTable): UnaryTable {
  return Object.fromEntries(Object.entries(methods).map(([method, handler]) => [`/${name}/${method}`, handler]));
}

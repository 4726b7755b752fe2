// The height of a query, in gRPC metadata and in REST headers (sdk:types/grpc/headers.go, baseapp/grpcserver.go).
import { unknown } from './status.ts';

export const HEIGHT_HEADER = 'x-cosmos-block-height';
const INT64_MAX = 2n ** 63n - 1n;

/** 0, the latest, where the header is absent or given more than once. Throws GrpcError. */
export function parseHeight(header: string | readonly string[] | undefined): bigint {
  if (typeof header !== 'string') return 0n;
  const invalid = (why: string): never => {
    throw unknown(
      `codespace sdk code 18: invalid request: Baseapp.RegisterGRPCServer: invalid height header "${HEIGHT_HEADER}": strconv.ParseInt: parsing ${JSON.stringify(header.slice(0, 64))}: ${why}`,
    );
  };
  if (!/^[-+]?\d+$/.test(header)) invalid('invalid syntax');
  const height = header.length > 32 ? INT64_MAX + 1n : BigInt(header.replace(/^\+/, ''));
  if (height > INT64_MAX) invalid('value out of range');
  if (height < 0n) throw unknown('codespace sdk code 18: invalid request: cannot query with height < 0; please provide a valid height');
  return height;
}

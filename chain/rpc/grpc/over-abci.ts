// gRPC methods through ABCI Query and back. An application behind a socket answers gRPC queries by path; its error text keeps the
// status (sdk:baseapp/abci.go gRPCErrorToSDKError). The other way round, wallets call services of the node, such as Simulate, by
// abci_query: their answers and errors take the same form.
import type { QueryRequest, QueryResponse } from '../../abci/application.ts';
import type { GrpcAnswer } from '../backend.ts';
import { GrpcCode, GrpcError, registeredText, statusText, toGrpcError, unknown } from './status.ts';

const WRAPPED = /^(?:rpc error: code = ([A-Za-z]+) desc = )?([\s\S]*): (?:key not found|invalid request|unauthorized|unknown request)$/;
const CODES: Readonly<Record<string, number>> = {
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
};

/** The status that an ABCI query response's failure stands for. */
export function queryFailure(r: Pick<QueryResponse, 'code' | 'codespace' | 'log'>): GrpcError {
  const [, name, text] = WRAPPED.exec(r.log) ?? [];
  if (name !== undefined && text !== undefined) return new GrpcError(CODES[name] ?? GrpcCode.UNKNOWN, text);
  return unknown(registeredText(r.codespace, r.code, r.log));
}

/** AppDoor.grpc over AppDoor.query. */
export function grpcOverAbci(query: (r: QueryRequest) => Promise<QueryResponse>): (path: string, request: Uint8Array, height: bigint) => Promise<GrpcAnswer> {
  return async (path, data, height) => {
    const r = await query({ path, data, height, prove: false });
    if (r.code !== 0) throw queryFailure(r);
    return { value: r.value, height: r.height };
  };
}

const EMPTY = new Uint8Array(0);
const SDK_ERRORS: Readonly<Record<number, readonly [number, string]>> = {
  [GrpcCode.NOT_FOUND]: [22, 'key not found'],
  [GrpcCode.INVALID_ARGUMENT]: [18, 'invalid request'],
  [GrpcCode.FAILED_PRECONDITION]: [18, 'invalid request'],
  [GrpcCode.UNAUTHENTICATED]: [4, 'unauthorized'],
};

/** A gRPC answer, or what its handler threw, as an ABCI query response. */
export async function abciOverGrpc(call: () => GrpcAnswer | Promise<GrpcAnswer>, height: bigint): Promise<QueryResponse> {
  const base = { log: '', info: '', index: 0n, key: EMPTY, value: EMPTY, proofOps: undefined, codespace: '' };
  try {
    const { value, height: at } = await call();
    return { ...base, code: 0, value, height: at };
  } catch (e) {
    const status = toGrpcError(e);
    const [code, text] = SDK_ERRORS[status.code] ?? [6, 'unknown request'];
    return { ...base, code, codespace: 'sdk', log: `${statusText(status)}: ${text}`, height };
  }
}

// Failures of query handlers: gRPC status codes, which the gRPC and REST doors pass on and ABCI queries turn into sdk codes.
// Source: google.golang.org/grpc/codes; sdk:baseapp/abci.go gRPCErrorToSDKError.
import { ErrInvalidRequest, ErrKeyNotFound, ErrUnauthorized, ErrUnknownRequest, SdkError } from './errors.ts';
import { stackTrace } from './stack-trace.ts';

export const GRPC_CODE_NAMES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
] as const;
export type GrpcCodeName = (typeof GRPC_CODE_NAMES)[number];

/** `code` is the number on the wire; `message` the description alone. */
export class QueryError extends Error {
  readonly code: number;

  constructor(name: GrpcCodeName, text: string) {
    const limit = stackTrace.stackTraceLimit;
    stackTrace.stackTraceLimit = 0;
    super(text);
    stackTrace.stackTraceLimit = limit;
    this.name = 'QueryError';
    this.code = GRPC_CODE_NAMES.indexOf(name);
  }
}

export const invalidArgument = (text: string): QueryError => new QueryError('InvalidArgument', text);
export const notFound = (text: string): QueryError => new QueryError('NotFound', text);
export const internalError = (text: string): QueryError => new QueryError('Internal', text);

/** The code and text of an ABCI query response for what a query handler threw. Other exceptions pass through: the caller answers them as a panic. */
export function queryErrorToSdk(e: unknown): SdkError {
  if (e instanceof QueryError) {
    const text = `rpc error: code = ${GRPC_CODE_NAMES[e.code]} desc = ${e.message}`;
    switch (GRPC_CODE_NAMES[e.code]) {
      case 'NotFound':
        return ErrKeyNotFound.wrap(text);
      case 'InvalidArgument':
      case 'FailedPrecondition':
        return ErrInvalidRequest.wrap(text);
      case 'Unauthenticated':
        return ErrUnauthorized.wrap(text);
      default:
        return ErrUnknownRequest.wrap(text);
    }
  }
  // A registered error carries gRPC code Unknown; a plain one carries none.
  if (e instanceof SdkError) return (e.code === 1 ? ErrInvalidRequest : ErrUnknownRequest).wrap(e.message);
  throw e;
}

// gRPC status codes and errors. Sources: google.golang.org/grpc codes and status; cosmossdk.io/errors GRPCStatus; sdk:baseapp/abci.go.

export const GrpcCode = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** Go's names, by number. */
const NAMES = [
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
];

export class GrpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'GrpcError';
    this.code = code;
  }
}

export const invalidArgument = (text: string): GrpcError => new GrpcError(GrpcCode.INVALID_ARGUMENT, text);
export const unknown = (text: string): GrpcError => new GrpcError(GrpcCode.UNKNOWN, text);
export const internal = (text: string): GrpcError => new GrpcError(GrpcCode.INTERNAL, text);

/** The text of Go's status error. */
export function statusText(e: GrpcError): string {
  return `rpc error: code = ${NAMES[e.code] ?? `Code(${e.code})`} desc = ${e.message}`;
}

/** "detail: text" of a registered error as its gRPC status words it: the registered text first. */
export function registeredText(codespace: string, code: number, message: string): string {
  const at = message.lastIndexOf(': ');
  const text = at < 0 ? message : `${message.slice(at + 2)}: ${message.slice(0, at)}`;
  return `codespace ${codespace} code ${code}: ${text}`;
}

/** Whatever a handler threw. A registered error has the status Unknown, as every one of the SDK's. */
export function toGrpcError(e: unknown): GrpcError {
  if (e instanceof GrpcError) return e;
  if (!(e instanceof Error)) return unknown(String(e));
  const { code, codespace } = e as { code?: unknown; codespace?: unknown };
  if (typeof code === 'number' && typeof codespace === 'string') {
    return unknown(codespace === 'undefined' ? e.message : registeredText(codespace, code, e.message));
  }
  return e.name === 'QueryError' && typeof code === 'number' ? new GrpcError(code, e.message) : unknown(e.message);
}

/** grpc-message: percent-encoded UTF-8 (gRPC over HTTP/2, "Responses"). */
export function encodeMessage(message: string): string {
  let out = '';
  for (const byte of Buffer.from(message, 'utf8')) {
    out += byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

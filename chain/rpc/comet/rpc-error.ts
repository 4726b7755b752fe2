// JSON-RPC 2.0 errors with the codes and words of CometBFT (cmt:rpc/jsonrpc/types/types.go).
import { jsonString } from './json/text.ts';

export class RpcError extends Error {
  readonly code: number;
  /** Shown to the client after `message`; empty: left out. */
  readonly data: string;
  constructor(code: number, message: string, data: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.data = data;
  }
}

export const parseError = (data: string): RpcError => new RpcError(-32700, 'Parse error. Invalid JSON', data);
export const invalidRequest = (data: string): RpcError => new RpcError(-32600, 'Invalid Request', data);
export const methodNotFound = (): RpcError => new RpcError(-32601, 'Method not found', '');
export const invalidParams = (data: string): RpcError => new RpcError(-32602, 'Invalid params', data);
export const internalError = (data: string): RpcError => new RpcError(-32603, 'Internal error', data);
export const serverError = (data: string): RpcError => new RpcError(-32000, 'Server error', data);

/** What a method threw, as the client sees it. */
export function asRpcError(e: unknown): RpcError {
  return e instanceof RpcError ? e : internalError(e instanceof Error ? e.message : String(e));
}

/** `id` is JSON text; undefined where no id could be read, and then left out. */
export function errorResponse(id: string | undefined, e: RpcError): string {
  const data = e.data === '' ? '' : `,"data":${jsonString(e.data)}`;
  return `{"jsonrpc":"2.0"${id === undefined ? '' : `,"id":${id}`},"error":{"code":${e.code},"message":${jsonString(e.message)}${data}}}`;
}

export function successResponse(id: string, result: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
}

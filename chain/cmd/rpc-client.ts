// A client of CometBFT's JSON-RPC, for the commands that ask a node.
import { fromBase64, toHex } from '../encoding/bytes.ts';
import { CliError } from './errors.ts';

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 128 << 20;

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON whose shape the caller knows
export type Json = any;

export interface RpcClient {
  readonly url: string;
  /** Throws CliError with the node's own words. */
  call(method: string, params?: Readonly<Record<string, unknown>>): Promise<Json>;
  /** A gRPC method through abci_query; height 0n is the latest. Throws CliError with the application's log. */
  abciQuery(path: string, data: Uint8Array, height?: bigint): Promise<Uint8Array>;
}

function httpUrl(node: string): string {
  const url = node.replace(/^tcp:/, 'http:');
  if (!/^https?:\/\/[^/]+/.test(url)) throw new CliError(`--node must be tcp://host:port or http(s)://…, not ${JSON.stringify(node)}`, 2);
  return url.replace('://localhost:', '://127.0.0.1:');
}

export function rpcClient(node: string): RpcClient {
  const url = httpUrl(node);
  const call = async (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Json> => {
    let text: string;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch (e) {
      const cause = (e as Error & { cause?: { code?: string; message?: string } }).cause;
      const why = (e as Error).name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : (cause?.code ?? cause?.message ?? (e as Error).message);
      throw new CliError(`cannot reach the node at ${node}: ${why}; is it running? (--node)`);
    }
    if (text.length > ANSWER_BYTES_MAX) throw new CliError(`the node's answer to ${method} is larger than ${ANSWER_BYTES_MAX} bytes`);
    let answer: Json;
    try {
      answer = JSON.parse(text);
    } catch {
      throw new CliError(`the node at ${node} does not answer with JSON-RPC: ${JSON.stringify(text.slice(0, 80))}`);
    }
    if (answer.error !== undefined && answer.error !== null) {
      const { message, data } = answer.error;
      throw new CliError(`${method}: ${[message, data].filter((s) => typeof s === 'string' && s !== '').join(': ')}`);
    }
    return answer.result;
  };
  return {
    url,
    call,
    abciQuery: async (path, data, height = 0n) => {
      const { response } = await call('abci_query', { path, data: toHex(data), height: height.toString(), prove: false });
      if ((response.code ?? 0) !== 0)
        throw new CliError(`${path}: ${response.log || `code ${response.code}`} (codespace ${response.codespace || '-'}, code ${response.code})`);
      return fromBase64(response.value ?? '');
    },
  };
}

// The head of an ordinary HTTP/1.1 request (RFC 9112): GET or POST of a path, one Host, at most one Content-Length, a connection that stays open,
// and nothing that changes how the message is framed or who answers it. What is not ordinary is not refused here: node:http reads it.
// Invariant: a head that is read here means the same to node:http (test/fuzz/rpc-http1.ts).

export interface HeadFields {
  readonly host: string;
  /** Bytes of the body; 0 where none is told. */
  readonly contentLength: number;
  /** undefined where it is missing. */
  readonly contentType: string | undefined;
}

export interface RequestHead {
  readonly method: 'GET' | 'POST';
  /** Path and query, as sent. */
  readonly target: string;
  readonly fields: HeadFields;
  /** The header lines. */
  readonly block: string;
}

const TARGET = /^\/[!"$-~]*$/;
const BLOCK = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)+\r\n$/;
const LENGTH = /^\d{1,10}$/;
/** They change the framing, ask for something in return, or concern CORS. */
const UNUSUAL: ReadonlySet<string> = new Set(['transfer-encoding', 'expect', 'upgrade', 'origin', 'trailer', 'te', 'proxy-connection', 'http2-settings']);
const FIELD_VERSION = ' HTTP/1.1';

function readFields(block: string): HeadFields | undefined {
  if (!BLOCK.test(block)) return undefined;
  let host: string | undefined;
  let length: string | undefined;
  let contentType: string | undefined;
  for (let at = 0; at < block.length - 2; ) {
    const end = block.indexOf('\r\n', at);
    const colon = block.indexOf(':', at);
    const name = block.slice(at, colon).toLowerCase();
    const value = (): string => block.slice(colon + 1, end).replace(/^[\t ]+|[\t ]+$/g, '');
    at = end + 2;
    if (name === 'host') {
      if (host !== undefined) return undefined;
      host = value();
    } else if (name === 'content-length') {
      if (length !== undefined) return undefined;
      length = value();
      if (!LENGTH.test(length)) return undefined;
    } else if (name === 'content-type') {
      if (contentType !== undefined) return undefined;
      contentType = value();
    } else if (name === 'connection') {
      if (value().toLowerCase() !== 'keep-alive') return undefined;
    } else if (UNUSUAL.has(name)) return undefined;
  }
  return host === undefined || host === '' ? undefined : { host, contentLength: Number(length ?? 0), contentType };
}

/**
 * Reads a whole head, its empty line included, as Latin-1 text; undefined where it is not ordinary. Most clients send the same header lines with
 * every request: `before` is the head of the connection's last.
 */
export function readHead(text: string, before: RequestHead | undefined): RequestHead | undefined {
  const method = text.startsWith('GET ') ? 'GET' : text.startsWith('POST ') ? 'POST' : undefined;
  const end = text.indexOf('\r\n');
  const targetEnd = end - FIELD_VERSION.length;
  if (method === undefined || targetEnd <= method.length + 1 || !text.startsWith(FIELD_VERSION, targetEnd)) return undefined;
  const target = text.slice(method.length + 1, targetEnd);
  if (!TARGET.test(target)) return undefined;
  const block = text.slice(end + 2);
  if (before !== undefined && before.block === block) return { method, target, fields: before.fields, block: before.block };
  const fields = readFields(block);
  return fields === undefined ? undefined : { method, target, fields, block };
}

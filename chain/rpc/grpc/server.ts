// The gRPC server: HTTP/2 in clear text by node:http2, the protocol by hand (grpc.io "gRPC over HTTP2"). Unary methods and server
// reflection; no compression. The height of a query travels in the header x-cosmos-block-height, both ways (sdk:baseapp/grpcserver.go).
import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { WireError } from '../../encoding/proto-wire.ts';
import type { Backend } from '../backend.ts';
import { recordedDescriptors } from './file-descriptors.ts';
import { FrameReader, frameMessage, parseTimeoutMs } from './frame.ts';
import { HEIGHT_HEADER, parseHeight } from './height.ts';
import { callUnary, servedServices } from './methods.ts';
import { REFLECTION_PATHS, ReflectionStream } from './services/reflection.ts';
import { encodeMessage, GrpcCode, GrpcError, internal, toGrpcError } from './status.ts';

export interface GrpcConfig {
  readonly maxRecvMsgBytes: number;
  /** Bytes of unfinished requests on all streams together; a request beyond them is refused. */
  readonly pendingBytesMax: number;
  /** A connection that opens no stream within this time is closed. */
  readonly firstStreamTimeoutMs: number;
  readonly maxOpenConnections: number;
  readonly maxConcurrentStreams: number;
}
export const DEFAULT_GRPC_CONFIG: GrpcConfig = {
  maxRecvMsgBytes: 10 * 1024 * 1024,
  pendingBytesMax: 128 * 1024 * 1024,
  firstStreamTimeoutMs: 20_000,
  maxOpenConnections: 900,
  maxConcurrentStreams: 250,
};

export interface GrpcServer {
  /** The bound port, after `start`. */
  readonly port: number;
  /** Rejects with the system's error, e.g. EADDRINUSE. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
export interface GrpcOptions {
  readonly backend: Backend;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly config?: Partial<GrpcConfig>;
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

/** What unfinished requests hold in memory, over all connections. */
class Budget {
  private readonly max: number;
  private used = 0;
  constructor(max: number) {
    this.max = max;
  }

  /** Counts the bytes that a stream receives until it closes; throws where there are too many. */
  meter(stream: ServerHttp2Stream): (bytes: number) => void {
    let own = 0;
    stream.on('close', () => {
      this.used -= own;
    });
    return (bytes) => {
      own += bytes;
      this.used += bytes;
      if (this.used > this.max) throw new GrpcError(GrpcCode.RESOURCE_EXHAUSTED, 'too many bytes of unfinished requests; try again later');
    };
  }
}

/** One call: answers once, with a message or a status. */
class Call {
  private readonly stream: ServerHttp2Stream;
  private headersSent = false;
  private over = false;

  constructor(stream: ServerHttp2Stream) {
    this.stream = stream;
  }

  send(message: Uint8Array, headers: Readonly<Record<string, string>> = {}): void {
    if (this.over || this.stream.destroyed) return;
    this.open(headers);
    this.stream.write(frameMessage(message));
  }

  end(): void {
    this.open({});
    this.finish(GrpcCode.OK, '');
  }

  fail(e: unknown): void {
    const { code, message } = toGrpcError(e);
    this.finish(code, message);
  }

  private open(headers: Readonly<Record<string, string>>): void {
    if (this.headersSent || this.over || this.stream.destroyed) return;
    this.headersSent = true;
    this.stream.respond({ ...HEADERS, ...headers }, { waitForTrailers: true });
  }

  private finish(code: number, message: string): void {
    if (this.over || this.stream.destroyed) return;
    this.over = true;
    const trailers = { 'grpc-status': String(code), 'grpc-message': encodeMessage(message) };
    if (!this.headersSent) {
      // "Trailers-Only": status and end of stream in one frame.
      this.stream.respond({ ...HEADERS, ...trailers }, { endStream: true });
      return;
    }
    this.stream.once('wantTrailers', () => this.stream.sendTrailers(trailers));
    this.stream.end();
  }
}

function serveUnary(
  backend: Backend,
  path: string,
  headers: IncomingHttpHeaders,
  reader: FrameReader,
  stream: ServerHttp2Stream,
  call: Call,
  meter: (bytes: number) => void,
): void {
  let height: bigint;
  try {
    height = parseHeight(headers[HEIGHT_HEADER]);
  } catch (e) {
    call.fail(e);
    return;
  }
  let request: Buffer | undefined;
  stream.on('data', (chunk: Buffer) => {
    try {
      meter(chunk.length);
      for (const message of reader.push(chunk)) {
        if (request !== undefined) throw internal('unary call with more than one message');
        request = message;
      }
    } catch (e) {
      stream.pause();
      call.fail(e);
    }
  });
  stream.on('end', () => {
    if (request === undefined || reader.pending > 0) {
      call.fail(internal(reader.pending > 0 ? 'unexpected EOF' : 'unary call without a message'));
      return;
    }
    callUnary(backend, path, request, height).then(
      (answer) => {
        call.send(answer.value, { [HEIGHT_HEADER]: answer.height.toString() });
        call.end();
      },
      (e: unknown) => call.fail(e),
    );
  });
}

function serveReflection(backend: Backend, reader: FrameReader, stream: ServerHttp2Stream, call: Call): void {
  let reflection: ReflectionStream | undefined;
  stream.on('data', (chunk: Buffer) => {
    try {
      reflection ??= new ReflectionStream(recordedDescriptors(), servedServices(backend));
      for (const message of reader.push(chunk)) call.send(reflection.answer(message));
    } catch (e) {
      stream.pause();
      call.fail(e instanceof WireError ? internal(`grpc: error unmarshalling request: ${e.message}`) : e);
    }
  });
  stream.on('end', () => call.end());
}

function serve(backend: Backend, config: GrpcConfig, budget: Budget, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  stream.on('error', () => stream.destroy());
  if (headers[':method'] !== 'POST' || !headers['content-type']?.startsWith('application/grpc')) {
    stream.respond({ ':status': headers[':method'] === 'POST' ? 415 : 405 }, { endStream: true });
    return;
  }
  const call = new Call(stream);
  const path = headers[':path'] ?? '';
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeoutMs = parseTimeoutMs(headers['grpc-timeout'] as string | undefined);
    if (timeoutMs !== undefined) {
      const expire = (): void => call.fail(new GrpcError(GrpcCode.DEADLINE_EXCEEDED, 'context deadline exceeded'));
      timer = setTimeout(expire, Math.min(timeoutMs, MAX_TIMEOUT_MS));
    }
  } catch (e) {
    call.fail(e);
    return;
  }
  stream.on('close', () => clearTimeout(timer));
  const reader = new FrameReader(config.maxRecvMsgBytes, (headers['grpc-encoding'] as string | undefined) ?? 'identity');
  if (REFLECTION_PATHS.includes(path)) serveReflection(backend, reader, stream, call);
  else serveUnary(backend, path, headers, reader, stream, call, budget.meter(stream));
}

export function createGrpc({ backend, host, port, config: given }: GrpcOptions): GrpcServer {
  const config: GrpcConfig = { ...DEFAULT_GRPC_CONFIG, ...given };
  const server: Http2Server = createServer({ settings: { maxConcurrentStreams: config.maxConcurrentStreams }, maxSessionMemory: 64 });
  const sessions = new Set<ServerHttp2Session>();
  const budget = new Budget(config.pendingBytesMax);
  server.maxConnections = config.maxOpenConnections;
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    const idle = setTimeout(() => session.destroy(), config.firstStreamTimeoutMs);
    idle.unref();
    session.once('stream', () => clearTimeout(idle));
    session.once('close', () => clearTimeout(idle));
  });
  server.on('stream', (stream, headers) => serve(backend, config, budget, stream, headers));
  let bound = port;
  return {
    get port() {
      return bound;
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.removeListener('error', reject);
          bound = (server.address() as AddressInfo).port;
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

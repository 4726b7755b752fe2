// The WebSocket half of the JSON-RPC server (cmt:rpc/jsonrpc/server/ws_handler.go): one request per message, answered in order;
// events of subscriptions go out between the answers. What a client does not take in time is bounded: its requests are no longer read,
// and a subscription whose buffer is full is cancelled with an error.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { type CallScope, dispatch, type Outcome } from './dispatch.ts';
import type { MethodTable } from './method.ts';
import { decodeRequest, type RpcRequest } from './request.ts';
import { asRpcError, errorResponse } from './rpc-error.ts';
import type { Subscriber } from './subscriptions.ts';

/** Requests read but not answered, at which reading stops. */
const PENDING_MAX = 64;
/** Bytes waiting in a client's socket, at which nothing more is read from it and no event is added. */
const BUFFERED_BYTES_MAX = 32 * 1024 * 1024;

class Connection implements Subscriber {
  readonly remote: string;
  private readonly socket: WebSocket;
  private readonly methods: MethodTable;
  private readonly scope: CallScope;
  private readonly abort = new AbortController();
  private readonly queue: string[] = [];
  private running = false;
  private unsent = 0;
  private lastHeardMs = Date.now();
  private readonly pinger: NodeJS.Timeout;

  constructor(socket: WebSocket, remote: string, methods: MethodTable, scope: Omit<CallScope, 'signal' | 'remote' | 'subscriber'>) {
    this.socket = socket;
    this.remote = remote;
    this.methods = methods;
    this.scope = { ...scope, remote, signal: this.abort.signal, subscriber: this };
    const { wsPingPeriodMs, wsReadWaitMs } = scope.config;
    this.pinger = setInterval(() => {
      if (Date.now() - this.lastHeardMs > wsReadWaitMs) socket.terminate();
      else socket.ping();
    }, wsPingPeriodMs);
    this.pinger.unref();
    socket.on('message', (data: Buffer) => this.receive(data.toString('utf8')));
    socket.on('ping', () => this.heard());
    socket.on('pong', () => this.heard());
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(this.pinger);
      this.abort.abort();
      this.queue.length = 0;
      scope.hub.remove(this);
    });
  }

  trySend(text: string): boolean {
    if (this.unsent >= this.scope.config.subscriptionBufferSize || this.socket.bufferedAmount > BUFFERED_BYTES_MAX) return false;
    this.send(text);
    return true;
  }

  send(text: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.unsent++;
    this.socket.send(text, () => {
      this.unsent--;
    });
  }

  close(): void {
    this.socket.close();
  }

  private heard(): void {
    this.lastHeardMs = Date.now();
  }

  private receive(text: string): void {
    this.heard();
    this.queue.push(text);
    if (this.queue.length >= PENDING_MAX) this.socket.pause();
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      for (let text = this.queue.shift(); text !== undefined; text = this.queue.shift()) {
        const served = this.serve(text);
        const answer = served instanceof Promise ? await served : served;
        if (answer !== undefined) this.send(answer);
        if (this.socket.bufferedAmount > BUFFERED_BYTES_MAX) await this.drained();
        if (this.socket.isPaused && this.queue.length < PENDING_MAX / 2) this.socket.resume();
      }
    } finally {
      this.running = false;
    }
  }

  /** Resolves when what was sent so far has left, or the connection is gone. */
  private drained(): Promise<void> {
    return new Promise((resolve) => this.socket.ping(undefined, undefined, () => resolve()));
  }

  private serve(text: string): string | undefined | Promise<string> {
    let request: RpcRequest;
    try {
      request = decodeRequest(text);
    } catch (e) {
      return errorResponse(undefined, asRpcError(e));
    }
    if (request.id === undefined) return undefined;
    const { id } = request;
    const outcome = dispatch(this.methods, { ...request, id }, this.scope);
    return outcome instanceof Promise ? outcome.then((o: Outcome) => o.text) : outcome.text;
  }
}

export interface WebSocketDoor {
  /** Takes over an HTTP upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function websocketDoor(methods: MethodTable, scope: Omit<CallScope, 'signal' | 'remote' | 'subscriber'>): WebSocketDoor {
  const server = new WebSocketServer({ noServer: true, maxPayload: scope.config.maxBodyBytes, perMessageDeflate: false, clientTracking: true });
  return {
    upgrade: (request, socket, head) => {
      const remote = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
      server.handleUpgrade(request, socket, head, (ws) => new Connection(ws, remote, methods, scope));
    },
    close: () => {
      for (const client of server.clients) client.close(1001);
      setTimeout(() => {
        for (const client of server.clients) client.terminate();
      }, 1000).unref();
      server.close();
    },
  };
}

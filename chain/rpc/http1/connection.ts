// One connection of ordinary requests (head.ts), read straight from the socket: node:http spends twice as much on a request as its answer costs.
// One request at a time, in order. The first thing that is not ordinary hands the socket, with what was read of it, to node:http for good.
// Limits: a head of `headBytesMax`, a body of `bodyBytesMax`, a piece read ahead, one answer waiting for the client.
// Invariant: what is read ahead of an answer goes back into the paused socket, whose end then comes after it: an ended socket cannot be handed
// over, and what was read of it cannot be put back.
import type { Duplex } from 'node:stream';
import { type RequestHead, readHead } from './head.ts';
import { type Reply, replyText } from './reply.ts';

const HEAD_END = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);

export interface OrdinaryRequest {
  readonly method: 'GET' | 'POST';
  readonly target: string;
  readonly host: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export interface OrdinaryOptions {
  /** A longer head is left to node:http, which may refuse it. */
  readonly headBytesMax: number;
  readonly bodyBytesMax: number;
  /** From the first byte of a request to its last, and from an answer to the next request. */
  readonly readTimeoutMs: number;
  /** Must not throw or reject. */
  serve(request: OrdinaryRequest): Promise<Reply>;
  /** Whether a path may be served here. */
  isOrdinary(target: string): boolean;
  /** Takes the socket over; what was read and not served has been put back. */
  handOver(socket: Duplex): void;
  /** The client has ended its side: it may be gone, or wait for the answer still. */
  onEnd(): void;
  /** The connection is closed or handed over. */
  onClose(): void;
}

export class OrdinaryConnection {
  readonly #socket: Duplex;
  readonly #options: OrdinaryOptions;
  #pending: Buffer = NOTHING;
  /** Of the last request, and of the one whose body is awaited. */
  #head: RequestHead | undefined;
  #body: { readonly chunks: Buffer[]; missing: number } | undefined;
  #busy = false;
  #ended = false;
  #deadlineMs: number;

  constructor(socket: Duplex, options: OrdinaryOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#deadlineMs = performance.now() + options.readTimeoutMs;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError).on('close', options.onClose);
  }

  /** Whether the client has been too slow. */
  isLate(nowMs: number): boolean {
    return !this.#busy && nowMs > this.#deadlineMs;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #onData = (chunk: Buffer): void => {
    if (this.#busy) {
      this.#putBack(chunk);
      return;
    }
    if (this.#pending.length === 0) {
      this.#pending = chunk;
      if (this.#body === undefined) this.#deadlineMs = performance.now() + this.#options.readTimeoutMs;
    } else this.#pending = Buffer.concat([this.#pending, chunk]);
    this.#read();
  };

  #putBack(bytes: Buffer): void {
    this.#socket.pause();
    this.#socket.unshift(bytes);
  }

  #onEnd = (): void => {
    this.#ended = true;
    this.#options.onEnd();
    if (!this.#busy) this.#socket.end();
  };

  #onError = (): void => {
    this.#socket.destroy();
  };

  #read(): void {
    if (this.#body !== undefined) {
      this.#readBody(this.#body);
      return;
    }
    const { length } = this.#pending;
    if (length === 0) return;
    const first = this.#pending[0];
    const end = this.#pending.indexOf(HEAD_END, 0, 'latin1');
    if (end < 0 && length < this.#options.headBytesMax && (first === 71 || first === 80) && !hasBareLineEnd(this.#pending)) return;
    const head = end < 0 || end + 4 > this.#options.headBytesMax ? undefined : readHead(this.#pending.toString('latin1', 0, end + 4), this.#head);
    if (head === undefined || head.fields.contentLength > this.#options.bodyBytesMax || !this.#options.isOrdinary(head.target)) {
      this.#handOver();
      return;
    }
    this.#head = head;
    this.#pending = end + 4 === length ? NOTHING : this.#pending.subarray(end + 4);
    if (head.fields.contentLength === 0) this.#serve(head, NOTHING);
    else {
      this.#body = { chunks: [], missing: head.fields.contentLength };
      this.#readBody(this.#body);
    }
  }

  #readBody(body: { readonly chunks: Buffer[]; missing: number }): void {
    const part = this.#pending.subarray(0, body.missing);
    if (part.length > 0) body.chunks.push(part);
    body.missing -= part.length;
    this.#pending = part.length === this.#pending.length ? NOTHING : this.#pending.subarray(part.length);
    if (body.missing > 0) return;
    this.#body = undefined;
    const { chunks } = body;
    this.#serve(this.#head as RequestHead, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  }

  #serve({ method, target, fields }: RequestHead, body: Buffer): void {
    this.#busy = true;
    if (this.#pending.length > 0) this.#putBack(this.#pending);
    this.#pending = NOTHING;
    void this.#options.serve({ method, target, host: fields.host, contentType: fields.contentType, body }).then(this.#answer);
  }

  #answer = (reply: Reply): void => {
    const socket = this.#socket;
    if (socket.destroyed) return;
    const close = reply.close === true || this.#ended;
    const { text, encoding } = replyText(close ? { ...reply, close } : reply, Math.floor(this.#options.readTimeoutMs / 1000), Date.now());
    if (close) {
      socket.end(text, encoding, () => socket.destroy());
      return;
    }
    if (socket.write(text, encoding)) this.#next();
    else socket.once('drain', () => this.#next());
  };

  #next(): void {
    this.#busy = false;
    this.#deadlineMs = performance.now() + this.#options.readTimeoutMs;
    if (this.#socket.isPaused()) this.#socket.resume();
  }

  #handOver(): void {
    const socket = this.#socket;
    // It is no longer ours to read.
    this.#busy = true;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError).off('close', this.#options.onClose);
    this.#options.onClose();
    this.#putBack(this.#pending);
    this.#pending = NOTHING;
    this.#options.handOver(socket);
    socket.resume();
  }
}

/** A line that ends without a carriage return: node:http judges it. */
function hasBareLineEnd(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) if (bytes[at - 1] !== 13) return true;
  return false;
}

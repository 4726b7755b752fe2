// The node's end of a remote signer (cmt:privval/signer_listener_endpoint.go): it listens, one signer dials in, and the node asks; one request
// at a time, with pings when nothing is asked. A second signer is turned away while the first is there. A connection that fails in any way is
// closed, and the signer dials again; a refusal to sign is an answer and closes nothing.
import { rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { decodePrivvalMessage, encodePrivvalMessage, PRIVVAL_MESSAGE_BYTES_MAX, type PrivvalMessage } from '../../types/messages/privval.ts';
import type { PrivateKey } from '../private-key.ts';
import type { SignerAddress } from './address.ts';
import { type Channel, delimited, readDelimited, SocketChannel, within } from './channel.ts';
import { SignerLinkError } from './errors.ts';
import { secretConnection } from './secret-connection.ts';

export interface SignerLogger {
  info(message: string, fields?: Readonly<Record<string, string | number>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number>>): void;
}

export interface SignerTimeouts {
  /** Of a request and its answer, and of a handshake. */
  readonly requestMs: number;
  /** How long a request waits for a signer to dial in. */
  readonly acceptMs: number;
}

export const SIGNER_TIMEOUTS: SignerTimeouts = { requestMs: 5000, acceptMs: 3000 };

export interface SignerListenerOptions {
  readonly address: SignerAddress;
  /** Our ed25519 key in SecretConnection. */
  readonly connectionKey: PrivateKey;
  readonly logger: SignerLogger;
  readonly timeouts?: SignerTimeouts;
  /** Told of each answered request. */
  readonly onRequest?: ((type: PrivvalMessage['case'], seconds: number) => void) | undefined;
  /** Asks a new connection what must be true before it is used; rejects to turn it away. */
  readonly greet: (ask: (request: PrivvalMessage) => Promise<PrivvalMessage>) => Promise<void>;
}

/** Connections that shake hands at the same time. */
const HANDSHAKES_MAX = 4;

export class SignerListener {
  readonly #o: SignerListenerOptions;
  readonly #timeouts: SignerTimeouts;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #channel: Channel | undefined;
  #handshakes = 0;
  #waiting: (() => void)[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #ping: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(o: SignerListenerOptions) {
    this.#o = o;
    this.#timeouts = o.timeouts ?? SIGNER_TIMEOUTS;
    this.#server = createServer({ noDelay: true }, (socket) => void this.#onConnection(socket));
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Closes the connection: the signer has to dial anew. */
  drop(reason: string): void {
    if (this.#channel !== undefined) this.#lose(this.#channel, reason);
  }

  get isConnected(): boolean {
    return this.#channel !== undefined;
  }

  /** The bound port; 0 for a unix socket. */
  get port(): number {
    const a = this.#server.address() as AddressInfo | string | null;
    return a === null || typeof a === 'string' ? 0 : a.port;
  }

  /** Rejects with the system's error. */
  async listen(): Promise<void> {
    const { address } = this.#o;
    // The socket of a node that was killed would be in the way; a node that runs is found by its databases' locks.
    if (address.kind === 'unix') rmSync(address.path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      const onListening = (): void => {
        this.#server.removeListener('error', reject);
        resolve();
      };
      if (address.kind === 'unix') this.#server.listen(address.path, onListening);
      else this.#server.listen(address.port, address.host, onListening);
    });
    this.#schedulePing();
  }

  async #onConnection(socket: Socket): Promise<void> {
    const { logger, address, connectionKey, greet } = this.#o;
    const from = address.kind === 'unix' ? address.path : `${socket.remoteAddress}:${socket.remotePort}`;
    const inner = new SocketChannel(socket);
    if (this.#channel !== undefined || this.#handshakes >= HANDSHAKES_MAX) {
      logger.warn('turned away a second signer', { from });
      inner.close();
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    this.#handshakes++;
    try {
      const channel = await within(inner, this.#timeouts.requestMs, 'the handshake with a signer', async () => {
        const c = address.kind === 'unix' ? inner : await secretConnection(inner, connectionKey);
        await greet((request) => exchange(c, request));
        return c;
      });
      if (this.#channel !== undefined || this.#closed) throw new SignerLinkError('another signer was quicker');
      this.#channel = channel;
      socket.on('close', () => {
        if (this.#channel === channel) this.#lose(channel, 'the signer has closed the connection');
      });
      logger.info('a signer has connected', { from });
      for (const wake of this.#waiting.splice(0)) wake();
    } catch (e) {
      logger.warn('turned away a signer', { from, reason: (e as Error).message });
      inner.close();
    } finally {
      this.#handshakes--;
    }
  }

  #lose(channel: Channel, reason: string): void {
    if (this.#channel === channel) {
      this.#channel = undefined;
      if (!this.#closed) this.#o.logger.warn('the signer is gone', { reason });
    }
    channel.close();
  }

  /** Resolves when a signer is there; rejects with SignerLinkError when none has come after `ms`. */
  async connected(ms: number): Promise<void> {
    if (this.#channel !== undefined) return;
    if (this.#closed) throw new SignerLinkError('this node stops');
    let wake: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.push(wake);
    const timer = setTimeout(wake, ms);
    await arrived;
    clearTimeout(timer);
    this.#waiting = this.#waiting.filter((w) => w !== wake);
    if (this.#channel === undefined) throw new SignerLinkError(this.#closed ? 'this node stops' : `no signer has dialled in for ${ms} ms`);
  }

  /** Asks the signer; requests of several callers are answered one after another. Rejects with SignerLinkError where there is no answer. */
  request(request: PrivvalMessage): Promise<PrivvalMessage> {
    const answer = this.#turn.then(() => this.#request(request));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #request(request: PrivvalMessage): Promise<PrivvalMessage> {
    const begun = performance.now();
    await this.connected(this.#timeouts.acceptMs);
    const channel = this.#channel;
    if (channel === undefined) throw new SignerLinkError('the signer is gone');
    try {
      const answer = await within(channel, this.#timeouts.requestMs, 'the signer', () => exchange(channel, request));
      this.#o.onRequest?.(request.case, (performance.now() - begun) / 1000);
      this.#schedulePing();
      return answer;
    } catch (e) {
      this.#lose(channel, (e as Error).message);
      throw e instanceof SignerLinkError ? e : new SignerLinkError((e as Error).message);
    }
  }

  /** Two thirds of the time after which the signer gives up. */
  #schedulePing(): void {
    clearTimeout(this.#ping);
    if (this.#closed) return;
    this.#ping = setTimeout(
      () => {
        const done = this.#channel === undefined ? Promise.resolve() : this.request({ case: 'pingRequest', value: {} }).then(() => undefined);
        void done.catch(() => undefined).then(() => this.#schedulePing());
      },
      Math.floor((this.#timeouts.requestMs * 2) / 3),
    );
    this.#ping.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#ping);
    this.#channel = undefined;
    for (const s of this.#sockets) s.destroy();
    for (const wake of this.#waiting.splice(0)) wake();
    if (this.#server.listening) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

async function exchange(channel: Channel, request: PrivvalMessage): Promise<PrivvalMessage> {
  await channel.write(delimited(encodePrivvalMessage(request)));
  return decodePrivvalMessage(await readDelimited(channel, PRIVVAL_MESSAGE_BYTES_MAX));
}

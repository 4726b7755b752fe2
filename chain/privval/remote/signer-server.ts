// A signer: dials a node and signs what it asks for, by the rules of its PrivValidator (cmt:privval/signer_server.go). It dials again for as
// long as it runs, less and less often, so that a node may be down for long.
import { connect, type Socket } from 'node:net';
import { decodePrivvalMessage, encodePrivvalMessage, PRIVVAL_MESSAGE_BYTES_MAX } from '../../types/messages/privval.ts';
import { SignError } from '../errors.ts';
import type { PrivValidator } from '../priv-validator.ts';
import type { PrivateKey } from '../private-key.ts';
import type { SignerAddress } from './address.ts';
import { type Channel, delimited, readDelimited, SocketChannel, within } from './channel.ts';
import { handleSignerRequest } from './handle-request.ts';
import { secretConnection } from './secret-connection.ts';
import type { SignerLogger } from './signer-listener.ts';

export interface SignerServerOptions {
  readonly address: SignerAddress;
  readonly chainId: string;
  readonly signer: PrivValidator;
  /** Our ed25519 key in SecretConnection. */
  readonly connectionKey: PrivateKey;
  readonly logger: SignerLogger;
  /** Nothing more can be signed safely; the signer has stopped. */
  readonly onFailure: (error: Error) => void;
  /** A node that asks nothing for so long, not even by a ping, is gone. */
  readonly idleMs?: number;
}

const IDLE_MS = 10_000;
const HANDSHAKE_MS = 3000;
const RETRY_FIRST_MS = 100;
const RETRY_LAST_MS = 5000;

export class SignerServer {
  readonly #o: SignerServerOptions;
  #socket: Socket | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(o: SignerServerOptions) {
    this.#o = o;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#socket?.destroy();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { logger } = this.#o;
    let pause = RETRY_FIRST_MS;
    while (!this.#stopped) {
      try {
        const channel = await this.#dial();
        pause = RETRY_FIRST_MS;
        logger.info('connected to the node');
        await this.#serve(channel);
      } catch (e) {
        if (this.#stopped) return;
        if (e instanceof SignError && e.code === 'write-failed') {
          this.#stopped = true;
          this.#socket?.destroy();
          this.#o.onFailure(e);
          return;
        }
        logger.warn('no connection to the node, trying on', { reason: (e as Error).message, ms: pause });
      }
      this.#socket?.destroy();
      await this.#wait(pause);
      pause = Math.min(2 * pause, RETRY_LAST_MS);
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopped) this.#wake();
    });
  }

  async #dial(): Promise<Channel> {
    const { address, connectionKey } = this.#o;
    const socket = address.kind === 'unix' ? connect({ path: address.path }) : connect({ host: address.host, port: address.port, noDelay: true });
    this.#socket = socket;
    const inner = new SocketChannel(socket);
    return within(inner, HANDSHAKE_MS, 'the handshake with the node', async () => {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('the connection is closed')));
      });
      return address.kind === 'unix' ? inner : await secretConnection(inner, connectionKey);
    });
  }

  async #serve(channel: Channel): Promise<void> {
    const { signer, chainId, logger, idleMs = IDLE_MS } = this.#o;
    let failure: SignError | undefined;
    const watched: PrivValidator = {
      getPubKey: () => signer.getPubKey(),
      signVote: (...args) => signer.signVote(...args).catch(noteFailure),
      signProposal: (...args) => signer.signProposal(...args).catch(noteFailure),
    };
    function noteFailure(e: unknown): never {
      if (e instanceof SignError && e.code === 'write-failed') failure = e;
      throw e;
    }
    while (!this.#stopped) {
      const request = decodePrivvalMessage(await within(channel, idleMs, 'the next request', () => readDelimited(channel, PRIVVAL_MESSAGE_BYTES_MAX)));
      const answer = await handleSignerRequest(watched, chainId, request, (reason) => logger.warn('refused to sign', { reason }));
      await channel.write(delimited(encodePrivvalMessage(answer)));
      if (failure !== undefined) throw failure;
    }
  }
}

// A byte channel between node and signer, plain over a socket or inside a SecretConnection, and messages on it: an unsigned varint length,
// then the message (cmt:libs/protoio). Reading pulls, so that an end that sends too much is slowed down and not buffered.
import type { Socket } from 'node:net';
import { concatBytes } from '../../encoding/bytes.ts';
import { SignerLinkError } from './errors.ts';

export interface Channel {
  /** Exactly so many bytes. Rejects with SignerLinkError where the other end has gone. One read at a time. */
  read(length: number): Promise<Uint8Array>;
  write(data: Uint8Array): Promise<void>;
  close(): void;
}

export class SocketChannel implements Channel {
  readonly #socket: Socket;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const wake = (): void => this.#wake?.();
    socket.on('readable', wake);
    socket.on('end', wake);
    socket.on('error', (e) => {
      this.#failure = e;
      wake();
    });
    socket.on('close', () => {
      this.#failure ??= new Error('the connection is closed');
      wake();
    });
  }

  async read(length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array(0);
    for (;;) {
      // At the end of a stream it gives what is left, which may be less.
      const got = this.#socket.read(length) as Buffer | null;
      if (got !== null && got.length === length) return new Uint8Array(got);
      if (got !== null || this.#failure !== undefined || this.#socket.readableEnded) {
        throw new SignerLinkError(this.#failure?.message ?? 'the other end has closed the connection');
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  write(data: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(new SignerLinkError(this.#failure.message));
      else this.#socket.write(data, (e) => (e == null ? resolve() : reject(new SignerLinkError(e.message))));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

const LENGTH_BYTES_MAX = 5;

/** Rejects with SignerLinkError on a message over `maxBytes`. */
export async function readDelimited(channel: Channel, maxBytes: number): Promise<Uint8Array> {
  let length = 0;
  for (let i = 0; ; i++) {
    if (i === LENGTH_BYTES_MAX) throw new SignerLinkError('the length of a message is longer than five bytes');
    const b = (await channel.read(1))[0] as number;
    length += (b & 127) * 2 ** (7 * i);
    if (b < 128) break;
  }
  if (length > maxBytes) throw new SignerLinkError(`a message of ${length} bytes is over the limit of ${maxBytes}`);
  return channel.read(length);
}

export function delimited(message: Uint8Array): Uint8Array {
  const length: number[] = [];
  let left = message.length;
  for (; left > 127; left = Math.floor(left / 128)) length.push((left & 127) | 128);
  length.push(left);
  return concatBytes(Uint8Array.from(length), message);
}

/** The result of `run`; where it takes longer the channel is closed, which ends `run` with an error too. */
export async function within<T>(channel: Pick<Channel, 'close'>, ms: number, what: string, run: () => Promise<T>): Promise<T> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    channel.close();
  }, ms);
  try {
    return await run();
  } catch (e) {
    throw late ? new SignerLinkError(`${what} took longer than ${ms} ms`) : e;
  } finally {
    clearTimeout(timer);
  }
}

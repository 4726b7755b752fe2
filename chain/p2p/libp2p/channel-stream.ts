// Between two Trellis nodes a channel has one long-lived stream in each direction, under a protocol of our own: messages follow one another,
// each with its length in front. Opening a stream for every message, as CometBFT does, costs more than most messages themselves. A Go peer
// does not announce the protocol and is spoken to in its own way.
import type { Connection, Stream } from '@libp2p/interface';
import { frame, MessageReader } from './framing.ts';

export const ownProtocolOf = (channel: number): string => `/p2p/trellis/1.0.0/channel/0x${channel.toString(16).padStart(2, '0')}`;

/** The sending side, by channel of one connection; a stream that ended is opened anew with the next message. */
export class ChannelStreams {
  readonly #connection: Connection;
  readonly #streams = new Map<number, Promise<Stream>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get connection(): Connection {
    return this.#connection;
  }

  #open(channel: number, timeoutMs: number): Promise<Stream> {
    const opening = this.#connection.newStream(ownProtocolOf(channel), { signal: AbortSignal.timeout(timeoutMs), maxOutboundStreams: 4 });
    this.#streams.set(channel, opening);
    const forget = (): void => {
      if (this.#streams.get(channel) === opening) this.#streams.delete(channel);
    };
    opening.then((stream) => stream.addEventListener('close', forget), forget);
    return opening;
  }

  /** Resolves when the transport has room again; messages of a channel arrive in the order of the calls, or are lost with the stream. */
  async send(channel: number, bytes: Uint8Array, timeoutMs: number): Promise<void> {
    const stream = await (this.#streams.get(channel) ?? this.#open(channel, timeoutMs));
    if (stream.status !== 'open') throw new Error('p2p: the stream of the channel has ended');
    try {
      if (!stream.send(frame(bytes))) await stream.onDrain({ signal: AbortSignal.timeout(timeoutMs) });
    } catch (e) {
      stream.abort(e as Error);
      throw e;
    }
  }
}

export interface ChannelReading {
  readonly bytesMax: number;
  /** A message that is not complete after this resets the stream. */
  readonly unfinishedMs: number;
  readonly onMessage: (bytes: Uint8Array) => void;
  /** Told of bytes of unfinished messages that come and go; true where there are too many. */
  readonly buffered: (bytes: number) => boolean;
}

/** Reads messages until the stream ends; one that breaks the framing, or stays unfinished for too long, resets the stream. */
export function readChannelStream(stream: Stream, { bytesMax, unfinishedMs, onMessage, buffered }: ChannelReading): void {
  let reader = new MessageReader(bytesMax);
  let unfinished = 0;
  let timer: NodeJS.Timeout | undefined;
  const hold = (bytes: number): void => {
    const over = buffered(bytes - unfinished);
    unfinished = bytes;
    if (over) throw new Error('p2p: too many unfinished messages');
  };
  stream.addEventListener('message', ({ data }) => {
    clearTimeout(timer);
    try {
      let chunk = data instanceof Uint8Array ? data : data.subarray();
      while (chunk.length > 0) {
        const message = reader.push(chunk);
        if (message === undefined) {
          hold(unfinished + chunk.length);
          timer = setTimeout(() => stream.abort(new Error('p2p: a message did not come in time')), unfinishedMs);
          return;
        }
        chunk = chunk.subarray(chunk.length - reader.rest);
        reader = new MessageReader(bytesMax);
        hold(0);
        onMessage(message);
      }
    } catch (e) {
      stream.abort(e as Error);
    }
  });
  stream.addEventListener('close', () => {
    clearTimeout(timer);
    buffered(-unfinished);
    unfinished = 0;
  });
}

// One message on a stream of its own (network.md §3): multistream-select header, protocol and message in one flight, as a Go peer does once it
// knows the protocol, and the end of the stream. The other side has read the message when it has closed its direction too.
// js-libp2p's newStream would wait a round trip for the negotiation and write to the peer store for every message.
import type { Connection, Stream } from '@libp2p/interface';
import { frame } from './framing.ts';

const MULTISTREAM = '/multistream/1.0.0\n';

/** What of a connection and its streams js-libp2p has but does not declare. */
interface RawStream extends Stream {
  sendReset(reason: Error): void;
}
interface RawConnection extends Connection {
  readonly muxer?: { createStream(options: object): Promise<RawStream> };
}

/** The first bytes of a stream for a protocol. */
export function negotiation(protocol: string): Uint8Array {
  const line = (text: string): Uint8Array => frame(new TextEncoder().encode(text));
  return Uint8Array.of(...line(MULTISTREAM), ...line(`${protocol}\n`));
}

/**
 * Gives QUIC's credit for the stream back. A Go peer that has read a message stops our direction, and only a reset ends a stopped one for
 * certain; without it the 256 streams of a connection run out. Only for a stream that both sides have closed.
 */
export function release(stream: Stream): void {
  (stream as RawStream).sendReset?.(new Error('done'));
}

const closed = (stream: Stream, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (stream.status !== 'open' && stream.status !== 'closing') {
      resolve();
      return;
    }
    stream.addEventListener('close', () => resolve(), { once: true });
    signal.addEventListener('abort', () => reject(new Error('p2p: the peer did not take a message in time')), { once: true });
  });

/** Resolves when the peer has read the message. `start`: negotiation and message. */
export async function sendOnStream(connection: Connection, start: Uint8Array, timeoutMs: number): Promise<void> {
  const { muxer } = connection as RawConnection;
  if (muxer === undefined) throw new Error('p2p: the connection has no streams');
  const signal = AbortSignal.timeout(timeoutMs);
  const stream = await muxer.createStream({ signal });
  try {
    signal.throwIfAborted();
    const end = closed(stream, signal);
    end.catch(() => undefined);
    // The answer to the negotiation; a peer without the protocol closes or resets the stream, which is all that can be done about it.
    stream.addEventListener('message', () => undefined);
    stream.send(start);
    await stream.close({ signal });
    await end;
  } catch (e) {
    // Stopped by the peer: it has what it wants.
    if (stream.remoteWriteStatus !== 'closed') {
      stream.abort(e as Error);
      throw e;
    }
  }
  release(stream);
}

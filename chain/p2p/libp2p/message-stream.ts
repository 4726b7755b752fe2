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

const closed = (stream: Stream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.status !== 'open' && stream.status !== 'closing') resolve();
    else stream.addEventListener('close', () => resolve(), { once: true });
  });

/** A stream of the connection; one that comes after the time is over is given back. Where the peer grants none it may take long. */
function openStream(connection: Connection, timeoutMs: number): Promise<RawStream> {
  const { muxer } = connection as RawConnection;
  if (muxer === undefined) throw new Error('p2p: the connection has no streams');
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new Error('p2p: the peer grants no stream'));
    }, timeoutMs);
    muxer.createStream({}).then(
      (stream) => {
        clearTimeout(timer);
        if (late) stream.abort(new Error('p2p: too late'));
        else resolve(stream);
      },
      (e) => {
        clearTimeout(timer);
        reject(e);
      },
    );
  });
}

/** Resolves when the peer has read the message. `start`: negotiation and message. */
export async function sendOnStream(connection: Connection, start: Uint8Array, timeoutMs: number): Promise<void> {
  const stream = await openStream(connection, timeoutMs);
  const timer = setTimeout(() => stream.abort(new Error('p2p: the peer did not take a message in time')), timeoutMs);
  try {
    const end = closed(stream);
    // The answer to the negotiation; a peer without the protocol closes or resets the stream, which is all that can be done about it.
    stream.addEventListener('message', () => undefined);
    stream.send(start);
    await stream.close();
    await end;
    if (stream.status === 'aborted') throw new Error('p2p: the stream was aborted');
  } catch (e) {
    // Stopped by the peer: it has what it wants.
    if (stream.status === 'aborted' || stream.remoteWriteStatus !== 'closed') {
      stream.abort(e as Error);
      throw e;
    }
  } finally {
    clearTimeout(timer);
  }
  release(stream);
}

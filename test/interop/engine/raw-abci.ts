// The node's side of an ABCI connection with the bytes of each answer as they came, to compare encodings and not what was read from them.
import { connect } from 'node:net';
import { type RequestMessage, requestCodec, responseCodec } from '../../../chain/abci/codec.ts';
import { FrameReader } from '../../../chain/abci/socket/framing.ts';
import { parseSocketAddress } from '../../../chain/abci/socket/server.ts';

export interface RawAbci {
  /** The encoded Response message. Rejects where the application closes the connection. */
  call(value: NonNullable<RequestMessage['value']>): Promise<Uint8Array>;
  close(): void;
}

export async function connectRaw(address: string): Promise<RawAbci> {
  const socket = connect(parseSocketAddress(address));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const frames = new FrameReader();
  const waiting: { resolve(frame: Uint8Array): void; reject(e: Error): void }[] = [];
  socket.on('data', (chunk) => {
    for (const frame of frames.push(chunk)) waiting.shift()?.resolve(frame);
  });
  socket.on('close', () => {
    for (const w of waiting.splice(0)) w.reject(new Error('the application closed the ABCI connection'));
  });
  const one = (message: RequestMessage): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      socket.write(requestCodec.encodeDelimited(message));
    });
  return {
    async call(value) {
      const answer = one({ value });
      const flushed = one({ value: { case: 'flush', value: {} } });
      const [frame, flush] = await Promise.all([answer, flushed]);
      if (responseCodec.decode(flush).value?.case !== 'flush') throw new Error('a flush was answered by something else');
      return frame;
    },
    close: () => socket.destroy(),
  };
}

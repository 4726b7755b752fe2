// The bytes of a stream: the first two of an input are the channel's cap and how the rest is cut into pieces. A refused stream gives a
// P2pFramingError; an accepted message is no longer than the cap and does not depend on the cutting.
import { frame, MessageReader, P2pFramingError } from '../../chain/p2p/libp2p/framing.ts';
import type { FuzzTarget } from './target.ts';

function read(stream: Uint8Array, cap: number, piece: number): Uint8Array | 'refused' | undefined {
  const reader = new MessageReader(cap);
  try {
    for (let at = 0; at < stream.length; at += piece) {
      const m = reader.push(stream.subarray(at, at + piece));
      if (m !== undefined) return m;
    }
    return undefined;
  } catch (e) {
    if (e instanceof P2pFramingError) return 'refused';
    throw e;
  }
}

const text = (v: Uint8Array | string | undefined): string => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : String(v));

export const target: FuzzTarget = {
  name: 'p2p-stream',
  corpus: () => [Uint8Array.of(255, 3, ...frame(new Uint8Array(20).fill(7))), Uint8Array.of(4, 1, ...frame(new Uint8Array(300)))],
  run: (input) => {
    const cap = 1 + (input[0] ?? 0) * 8;
    const stream = input.subarray(2);
    const whole = read(stream, cap, Math.max(1, stream.length));
    const cut = read(stream, cap, 1 + ((input[1] ?? 0) % 16));
    if (text(whole) !== text(cut)) throw new Error(`cut in pieces it reads ${text(cut)}, whole ${text(whole)}`);
    if (whole instanceof Uint8Array && whole.length > cap) throw new Error('a message above the cap');
  },
};

// The ABCI socket's framing: unsigned varint length, then the message (cmt:abci/types/messages.go).

/** Largest message read from a socket, bytes: twice CometBFT's largest block. */
export const MESSAGE_BYTES_MAX = 209_715_200;
const LENGTH_BYTES_MAX = 5;

export class FramingError extends Error {}

/** Cuts a byte stream into frames. Each frame is a copy of its own, so that decoded views outlive the socket's buffers. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** Adds bytes and gives the frames that are now whole. Throws FramingError on a length over the limit. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Uint8Array[] = [];
    for (;;) {
      const header = this.#header();
      if (header === undefined || this.#size < header.bytes + header.length) return frames;
      this.#take(header.bytes);
      frames.push(this.#take(header.length));
    }
  }

  #header(): { bytes: number; length: number } | undefined {
    let length = 0;
    for (let i = 0; i < LENGTH_BYTES_MAX; i++) {
      const b = this.#byteAt(i);
      if (b === undefined) return undefined;
      length += (b & 127) * 2 ** (7 * i);
      if (b < 128) {
        if (length > MESSAGE_BYTES_MAX) throw new FramingError(`abci: a message of ${length} bytes is over the limit of ${MESSAGE_BYTES_MAX}`);
        return { bytes: i + 1, length };
      }
    }
    throw new FramingError('abci: the length of a message is longer than five bytes');
  }

  #byteAt(i: number): number | undefined {
    let at = i;
    for (const c of this.#chunks) {
      if (at < c.length) return c[at];
      at -= c.length;
    }
    return undefined;
  }

  #take(n: number): Uint8Array {
    const out = new Uint8Array(n);
    let at = 0;
    while (at < n) {
      const c = this.#chunks[0] as Uint8Array;
      const part = Math.min(c.length, n - at);
      out.set(c.subarray(0, part), at);
      at += part;
      if (part === c.length) this.#chunks.shift();
      else this.#chunks[0] = c.subarray(part);
    }
    this.#size -= n;
    return out;
  }
}

// The one message of a stream: uvarint length, payload (network.md §3).

/** The bytes of a stream: length and payload. */
export function frame(bytes: Uint8Array): Uint8Array {
  let n = 1;
  for (let v = bytes.length; v > 127; v >>>= 7) n++;
  const out = new Uint8Array(n + bytes.length);
  let v = bytes.length;
  for (let i = 0; i < n - 1; i++) {
    out[i] = (v & 127) | 128;
    v >>>= 7;
  }
  out[n - 1] = v;
  out.set(bytes, n);
  return out;
}

export class P2pFramingError extends Error {}

/** Collects a stream's bytes until its message is whole. Nothing is allocated for a length before bytes of it have come. */
export class MessageReader {
  readonly #bytesMax: number;
  #parts: Uint8Array[] = [];
  #size = 0;
  #head = 0;
  #length: number | undefined;
  #rest = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes behind the message in the chunk that completed it. */
  get rest(): number {
    return this.#rest;
  }

  /** The message once it is whole; bytes behind it are not looked at. Throws P2pFramingError on a bad or too large length. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    if (this.#length === undefined && !this.#readLength()) return undefined;
    const length = this.#length as number;
    if (this.#size - this.#head < length) return undefined;
    this.#rest = this.#size - this.#head - length;
    const out = new Uint8Array(length);
    let skip = this.#head;
    let at = 0;
    for (const p of this.#parts) {
      if (skip >= p.length) {
        skip -= p.length;
        continue;
      }
      const piece = p.subarray(skip, Math.min(p.length, skip + length - at));
      out.set(piece, at);
      at += piece.length;
      skip = 0;
      if (at === length) break;
    }
    this.#parts = [];
    return out;
  }

  #readLength(): boolean {
    let value = 0;
    let i = 0;
    for (const p of this.#parts) {
      for (const b of p) {
        value += (b & 127) * 2 ** (7 * i);
        i++;
        if (value > this.#bytesMax || i > 5) throw new P2pFramingError(`p2p: a message of ${value} bytes or more is over the channel's ${this.#bytesMax}`);
        if (b < 128) {
          if (value === 0) throw new P2pFramingError('p2p: an empty message');
          this.#head = i;
          this.#length = value;
          return true;
        }
      }
    }
    return false;
  }
}

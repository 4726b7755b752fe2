// Numbers and byte strings as LevelDB writes them (leveldb:util/coding.h): little-endian fixed and variable-length integers.

/** Input that does not parse; callers say which file it is. */
export class FormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FormatError';
  }
}

export class Fields {
  readonly bytes: Uint8Array;
  pos: number;
  readonly end: number;

  constructor(bytes: Uint8Array, from = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.pos = from;
    this.end = end;
  }

  get left(): number {
    return this.end - this.pos;
  }

  /** At most 2^53 - 1: no size or number in these files is larger. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (this.pos >= this.end) throw new FormatError('a number is cut short');
      const b = this.bytes[this.pos++] as number;
      value += (b & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new FormatError('a number is too large');
      if (b < 128) {
        // Another form of the same number is not what was written.
        if (b === 0 && scale > 1) throw new FormatError('a number is padded');
        return value;
      }
      if (scale > 2 ** 49) throw new FormatError('a number is too long');
    }
  }

  /** The number that a sequence number or a tag is; may be up to 2^64 - 1, of which only the form is read. */
  skipVarint(): void {
    for (let i = 0; i < 10; i++) {
      if (this.pos >= this.end) throw new FormatError('a number is cut short');
      if ((this.bytes[this.pos++] as number) < 128) return;
    }
    throw new FormatError('a number is too long');
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new FormatError('a byte string is cut short');
    this.pos += length;
    return this.bytes.subarray(this.pos - length, this.pos);
  }

  string(): Uint8Array {
    return this.take(this.varint());
  }
}

export function fixed32(b: Uint8Array, at: number): number {
  return ((b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16) | ((b[at + 3] as number) << 24)) >>> 0;
}

/** A stored checksum is rotated and shifted, since checksums of data that holds checksums are weak (leveldb:util/crc32c.h). */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

// gRPC messages on an HTTP/2 stream: one byte "compressed", four bytes length (big endian), the message.
import { GrpcCode, GrpcError } from './status.ts';

const PREFIX_BYTES = 5;

export function frameMessage(message: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  out[0] = 0;
  out.writeUInt32BE(message.length, 1);
  out.set(message, PREFIX_BYTES);
  return out;
}

/** Cuts a stream of chunks into messages. */
export class FrameReader {
  private readonly bytesMax: number;
  private readonly encoding: string;
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(bytesMax: number, encoding: string) {
    this.bytesMax = bytesMax;
    this.encoding = encoding;
  }

  /** The messages that are complete now. Throws GrpcError on a message over the limit or in compressed form. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const messages: Buffer[] = [];
    while (this.size >= PREFIX_BYTES) {
      let head = this.chunks[0] as Buffer;
      if (head.length < PREFIX_BYTES) head = this.join();
      const length = head.readUInt32BE(1);
      if (length > this.bytesMax) {
        throw new GrpcError(GrpcCode.RESOURCE_EXHAUSTED, `grpc: received message larger than max (${length} vs. ${this.bytesMax})`);
      }
      if (head[0] !== 0) {
        throw new GrpcError(
          head[0] === 1 && this.encoding === 'identity' ? GrpcCode.INTERNAL : GrpcCode.UNIMPLEMENTED,
          `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(this.encoding)}`,
        );
      }
      if (this.size < PREFIX_BYTES + length) break;
      const whole = this.join();
      messages.push(whole.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
      const rest = whole.subarray(PREFIX_BYTES + length);
      this.chunks = rest.length === 0 ? [] : [rest];
      this.size = rest.length;
    }
    return messages;
  }

  /** Bytes of an unfinished message. */
  get pending(): number {
    return this.size;
  }

  private join(): Buffer {
    const whole = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks, this.size);
    this.chunks = [whole];
    return whole;
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** grpc-timeout in milliseconds; undefined where there is none. Throws GrpcError on anything else. */
export function parseTimeoutMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const m = /^(\d{1,8})([HMSmun])$/.exec(header);
  if (m === null) throw new GrpcError(GrpcCode.INTERNAL, `malformed grpc-timeout: ${JSON.stringify(header.slice(0, 32))}`);
  return Number(m[1]) * (UNIT_MS[m[2] as string] as number);
}

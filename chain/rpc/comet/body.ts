// Reading a request's body with a limit.
import type { IncomingMessage } from 'node:http';

export class BodyTooLarge extends Error {
  constructor() {
    super('http: request body too large');
  }
}

/** Rejects with BodyTooLarge, or with the connection's error. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) {
      reject(new BodyTooLarge());
      return;
    }
    let size = 0;
    let first: Buffer | undefined;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) {
        request.removeAllListeners('data');
        request.pause();
        reject(new BodyTooLarge());
      } else if (first === undefined) first = chunk;
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(first === undefined ? Buffer.alloc(0) : chunks.length === 0 ? first : Buffer.concat([first, ...chunks], size)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('unexpected EOF')));
  });
}

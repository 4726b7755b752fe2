// The terminal as commands see it: results go to stdout, everything else to stderr. Tests pass their own.
import { spawnSync } from 'node:child_process';
import { readSync } from 'node:fs';
import { CliError } from './errors.ts';

export interface CliIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A result; a newline is added. */
  out(text: string): void;
  /** A message; a newline is added. */
  err(text: string): void;
  /** One line of stdin, undefined at its end. */
  readLine(): string | undefined;
  /** All that is left of stdin. */
  readAll(): string;
  /** A line that is not echoed on a terminal. */
  readSecret(prompt: string): string;
  /** Whether a person sits at stdin. */
  readonly interactive: boolean;
}

const LINE_BYTES_MAX = 65_536;
const INPUT_BYTES_MAX = 64 << 20;

function readByte(into: Uint8Array): boolean {
  for (;;) {
    try {
      return readSync(0, into, 0, 1, null) === 1;
    } catch (e) {
      const { code } = e as NodeJS.ErrnoException;
      if (code === 'EOF') return false;
      if (code !== 'EAGAIN') throw e;
      // A pipe whose writer is not ready yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function readLine(): string | undefined {
  const byte = new Uint8Array(1);
  const line: number[] = [];
  while (readByte(byte)) {
    if (byte[0] === 10) return Buffer.from(line).toString('utf8').replace(/\r$/, '');
    line.push(byte[0] as number);
    if (line.length > LINE_BYTES_MAX) throw new CliError('stdin: a line is too long');
  }
  return line.length > 0 ? Buffer.from(line).toString('utf8') : undefined;
}

function readAll(): string {
  const parts: Buffer[] = [];
  let total = 0;
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    let n = 0;
    try {
      n = readSync(0, chunk, 0, chunk.length, null);
    } catch (e) {
      const { code } = e as NodeJS.ErrnoException;
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        continue;
      }
      if (code !== 'EOF') throw e;
    }
    if (n === 0) return Buffer.concat(parts).toString('utf8');
    parts.push(Buffer.from(chunk.subarray(0, n)));
    total += n;
    if (total > INPUT_BYTES_MAX) throw new CliError(`stdin: more than ${INPUT_BYTES_MAX} bytes`);
  }
}

export function processIo(): CliIo {
  const interactive = process.stdin.isTTY === true;
  const err = (text: string): void => void process.stderr.write(`${text}\n`);
  return {
    environment: process.env,
    out: (text) => void process.stdout.write(`${text}\n`),
    err,
    readLine,
    readAll,
    interactive,
    readSecret: (prompt) => {
      if (interactive) process.stderr.write(`${prompt} `);
      if (interactive) spawnSync('stty', ['-echo'], { stdio: 'inherit' });
      try {
        const line = readLine();
        if (line === undefined) throw new CliError('no passphrase was given on stdin');
        return line;
      } finally {
        if (interactive) {
          spawnSync('stty', ['echo'], { stdio: 'inherit' });
          err('');
        }
      }
    },
  };
}

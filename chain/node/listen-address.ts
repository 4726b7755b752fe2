// Addresses to listen on, as the configuration writes them.
import { ConfigError } from './config/errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `tcp://HOST:PORT` or `HOST:PORT`; an empty host is loopback, and port 0 a free one. Throws ConfigError naming the key. */
export function parseListenAddress(key: string, address: string): ListenAddress {
  const m = /^(?:tcp:\/\/)?(\[[0-9a-fA-F:]+\]|[^/:]*):(\d{1,5})$/.exec(address);
  if (m === null || Number(m[2]) > 65_535) throw new ConfigError(`${key} must be tcp://HOST:PORT, not ${JSON.stringify(address)}`);
  const host = (m[1] as string).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '127.0.0.1' : host, port: Number(m[2]) };
}

/** Whether an error of `listenError` says that the port is taken. */
export const isPortTaken = (e: unknown): boolean => ((e as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';

/** An error of `listen` as one clear line. */
export function listenError(key: string, { host, port }: ListenAddress, e: unknown): Error {
  const code = (e as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return new Error(`${key}: port ${port} on ${host} is in use by another program; stop it or choose another port`, { cause: e });
  if (code === 'EACCES') return new Error(`${key}: no permission to listen on ${host}:${port}`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Error(`${key}: ${host} is not an address of this machine`);
  return new Error(`${key}: cannot listen on ${host}:${port}: ${(e as Error).message}`);
}

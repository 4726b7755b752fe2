// A port to listen on: the preferred one where it is free for TCP and UDP, else one that the system chooses. Another program may take it
// before it is used: who listens must be ready for that.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
const TRIES_MAX = 20;

function tryTcp(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const s = createServer();
    s.once('error', () => resolve(undefined));
    s.listen(port, HOST, () => {
      const bound = (s.address() as { port: number }).port;
      s.close(() => resolve(bound));
    });
  });
}

function tryUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const s = createSocket('udp4');
    s.once('error', () => s.close(() => resolve(false)));
    s.bind(port, HOST, () => s.close(() => resolve(true)));
  });
}

async function tryPort(port: number): Promise<number | undefined> {
  const bound = await tryTcp(port);
  return bound !== undefined && (await tryUdp(bound)) ? bound : undefined;
}

/** `taken` are ports that are promised to others already. */
export async function freePort(preferred: number, taken: readonly number[] = []): Promise<number> {
  let port = taken.includes(preferred) ? undefined : await tryPort(preferred);
  for (let i = 0; i < TRIES_MAX && (port === undefined || taken.includes(port)); i++) port = await tryPort(0);
  if (port === undefined) throw new Error('no port on 127.0.0.1 is free');
  return port;
}

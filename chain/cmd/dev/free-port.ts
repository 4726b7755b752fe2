// A port to listen on: the preferred one where it is free, else one that the system chooses.
import { createServer } from 'node:net';

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const s = createServer();
    s.once('error', () => resolve(undefined));
    s.listen(port, '127.0.0.1', () => {
      const bound = (s.address() as { port: number }).port;
      s.close(() => resolve(bound));
    });
  });
}

/** `taken` are ports that are promised to others already. */
export async function freePort(preferred: number, taken: readonly number[] = []): Promise<number> {
  let port = taken.includes(preferred) ? undefined : await tryPort(preferred);
  for (let i = 0; i < 20 && (port === undefined || taken.includes(port)); i++) port = await tryPort(0);
  if (port === undefined) throw new Error('no port on 127.0.0.1 is free');
  return port;
}

// Ports that are free at the time of asking, on loopback, for TCP and UDP alike. They are below those that systems give to sockets without a
// port of their own (32768 on Linux): a node that is down for a while finds its port free when it comes back.
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const FIRST = 10_240;
const LAST = 32_767;
const HOST = '127.0.0.1';

type Close = () => Promise<void>;

function holdTcp(port: number): Promise<Close> {
  return new Promise((resolve, reject) => {
    const s = createServer();
    s.once('error', reject);
    s.listen(port, HOST, () => resolve(() => new Promise((done) => s.close(() => done()))));
  });
}

function holdUdp(port: number): Promise<Close> {
  return new Promise((resolve, reject) => {
    const s = createSocket('udp4');
    s.once('error', reject);
    s.bind(port, HOST, () => resolve(() => new Promise((done) => s.close(done))));
  });
}

/** Distinct ones. Throws where the machine has no such ports left. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Close[] = [];
  const ports: number[] = [];
  try {
    for (let tries = 0; ports.length < count; tries++) {
      if (tries > 100 + 20 * count) throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`);
      const port = randomInt(FIRST, LAST + 1);
      try {
        held.push(await holdTcp(port));
        held.push(await holdUdp(port));
        ports.push(port);
      } catch {
        // Taken: the next one.
      }
    }
  } finally {
    await Promise.all(held.map((close) => close()));
  }
  return ports;
}

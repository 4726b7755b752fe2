// What the machine gives: ports that are free, and room on the disk.
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { NodeConfig } from '../../node/config/config.ts';
import { freeBytes } from '../../node/health.ts';
import { parseListenAddress } from '../../node/listen-address.ts';
import { parseSignerAddress } from '../../privval/remote/address.ts';
import type { Finding } from './finding.ts';

const CONNECT_MS = 500;
const MIB = 1_048_576;
const FREE_ERROR_BYTES = 256 * MIB;
const FREE_WARNING_BYTES = 2048 * MIB;

function isTcpTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}

function isUdpTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (e: NodeJS.ErrnoException) => {
      socket.close();
      resolve(e.code === 'EADDRINUSE');
    });
    socket.bind(port, host, () => socket.close(() => resolve(false)));
  });
}

interface Door {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'tcp' | 'udp';
}

function doorsOf({ comet, app }: NodeConfig): Door[] {
  const tcp = (key: string, address: string): Door => ({ key, ...parseListenAddress(key, address), transport: 'tcp' });
  const doors = [tcp('rpc.laddr', comet.rpc.laddr)];
  if (app.grpc.enable) doors.push(tcp('grpc.address', app.grpc.address));
  if (app.api.enable) doors.push(tcp('api.address', app.api.address));
  if (comet.instrumentation.prometheus) doors.push(tcp('instrumentation.prometheus_listen_addr', comet.instrumentation.prometheusListenAddr));
  if (comet.p2p.libp2p.enabled) doors.push({ ...tcp('p2p.laddr', comet.p2p.laddr), transport: 'udp' });
  return doors;
}

export async function portFindings(config: NodeConfig): Promise<Finding[]> {
  const out: Finding[] = [];
  const seen = new Map<string, string>();
  for (const { key, host, port, transport } of doorsOf(config)) {
    if (port === 0) continue;
    const other = seen.get(`${transport}/${port}`);
    if (other !== undefined) {
      out.push({ code: 'port-twice', level: 'error', reason: `${key} and ${other} have the same port ${port}`, fix: 'choose another port for one of them' });
    }
    seen.set(`${transport}/${port}`, key);
    if (!(await (transport === 'udp' ? isUdpTaken(host, port) : isTcpTaken(host, port)))) continue;
    const reason = `${key}: something listens on ${host}:${port} (${transport}; this node, if it runs)`;
    out.push({ code: 'port-taken', level: 'warning', reason, fix: 'stop it, or choose another port' });
  }
  return out;
}

export function* diskFindings({ home, files }: NodeConfig): Generator<Finding> {
  const free = freeBytes(existsSync(files.data) ? files.data : home);
  if (free === undefined || free >= FREE_WARNING_BYTES) return;
  yield {
    code: 'disk-space',
    level: free < FREE_ERROR_BYTES ? 'error' : 'warning',
    reason: `${Math.floor(free / MIB)} MiB are free for ${files.data}`,
    fix: 'free some, or keep less: pruning in app.toml, min-retain-blocks',
  };
}

/** A signer on an address that others reach asks for trouble: whoever dials in first signs. */
export function* signerFindings({ comet }: NodeConfig): Generator<Finding> {
  const { privValidatorLaddr } = comet.base;
  if (privValidatorLaddr === '') return;
  try {
    const address = parseSignerAddress(privValidatorLaddr);
    if (address.kind === 'unix' || address.host === 'localhost' || address.host === '::1' || address.host.startsWith('127.')) return;
    yield {
      code: 'signer-open',
      level: 'warning',
      reason: `priv_validator_laddr ${privValidatorLaddr} can be reached by others, and whoever dials in first is taken for the signer`,
      fix: 'listen on a private address, or let a firewall pass the signer alone',
    };
  } catch (e) {
    yield { code: 'signer-address', level: 'error', reason: `priv_validator_laddr: ${(e as Error).message}`, fix: 'tcp://HOST:PORT or unix://PATH' };
  }
}

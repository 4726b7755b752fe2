// config.toml [p2p] and its sections, with the keys and defaults of CometBFT v0.40.0.
import { formatDurationMs, parseDurationMs } from './duration.ts';
import { commaTexts, duration, flag, integer, oneOf, tables, text } from './schema.ts';

export interface BootstrapPeer {
  readonly host: string;
  readonly id: string;
  readonly private: boolean;
  readonly persistent: boolean;
  readonly unconditional: boolean;
}

export interface ScalerOverride {
  readonly reactor: string;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly thresholdLatencyMs: number;
}

function record(entry: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new RangeError('each entry must be a table');
  const unknown = Object.keys(entry).find((k) => !keys.includes(k));
  if (unknown !== undefined) throw new RangeError(`unknown key "${unknown}" in an entry; known are ${keys.join(', ')}`);
  return entry as Record<string, unknown>;
}

function parsePeer(entry: unknown): BootstrapPeer {
  const e = record(entry, ['host', 'id', 'private', 'persistent', 'unconditional']);
  if (typeof e.host !== 'string' || e.host === '' || typeof e.id !== 'string' || e.id === '') throw new RangeError('each entry needs a host and an id');
  return { host: e.host, id: e.id, private: e.private === true, persistent: e.persistent === true, unconditional: e.unconditional === true };
}

function parseOverride(entry: unknown): ScalerOverride {
  const e = record(entry, ['reactor', 'min_workers', 'max_workers', 'threshold_latency']);
  const latency = typeof e.threshold_latency === 'string' ? parseDurationMs(e.threshold_latency) : undefined;
  const workers = (v: unknown): number => {
    if (!Number.isSafeInteger(Number(v)) || Number(v) < 0) throw new RangeError('min_workers and max_workers must be whole numbers, not negative');
    return Number(v);
  };
  if (typeof e.reactor !== 'string' || e.reactor === '') throw new RangeError('each entry needs a reactor');
  if (latency === undefined || latency < 0) throw new RangeError('threshold_latency must be a duration such as "500ms"');
  return { reactor: e.reactor, minWorkers: workers(e.min_workers), maxWorkers: workers(e.max_workers), thresholdLatencyMs: latency };
}

const quote = (s: string): string => JSON.stringify(s);
const writePeer = (p: BootstrapPeer): string => {
  const flags = (['private', 'persistent', 'unconditional'] as const).filter((k) => p[k]).map((k) => `, ${k} = true`);
  return `{ host = ${quote(p.host)}, id = ${quote(p.id)}${flags.join('')} }`;
};
const writeOverride = (o: ScalerOverride): string =>
  `{ reactor = ${quote(o.reactor)}, min_workers = ${o.minWorkers}, max_workers = ${o.maxWorkers}, threshold_latency = "${formatDurationMs(o.thresholdLatencyMs)}" }`;

const MEMPOOL_WORKERS: ScalerOverride = { reactor: 'MEMPOOL', minWorkers: 8, maxWorkers: 512, thresholdLatencyMs: 500 };

export const p2pFields = {
  laddr: text('tcp://0.0.0.0:26656', 'Address on which peers may connect.'),
  external_address: text('', 'Address to tell peers when they cannot use laddr, as 203.0.113.7:26656.'),
  seeds: commaTexts([], 'Nodes to ask for addresses: id@host:port, joined by commas.'),
  persistent_peers: commaTexts([], 'Nodes to keep connected: id@host:port, joined by commas.'),
  addr_book_file: text('config/addrbook.json', 'Where known addresses are kept.'),
  addr_book_strict: flag(true, 'Keep only addresses that the internet can reach; false in private networks.'),
  max_num_inbound_peers: integer(40, 'Peers that may connect to us.'),
  max_num_outbound_peers: integer(10, 'Peers that we connect to, persistent ones not counted.'),
  unconditional_peer_ids: commaTexts([], 'Ids of peers that no limit keeps out, joined by commas.'),
  persistent_peers_max_dial_period: duration(0, 'Longest pause between attempts to reach a persistent peer; 0s: it grows without limit.'),
  flush_throttle_timeout: duration(10, 'Longest time that small messages wait to be sent together.'),
  max_packet_msg_payload_size: integer(1024, 'Bytes of a message in one packet.'),
  send_rate: integer(5_120_000, 'Bytes per second sent to one peer.'),
  recv_rate: integer(5_120_000, 'Bytes per second read from one peer.'),
  pex: flag(true, 'Exchange addresses with peers.'),
  seed_mode: flag(false, 'Only collect and give addresses, then disconnect; needs pex.'),
  private_peer_ids: commaTexts([], 'Ids of peers whose address is told to nobody, joined by commas.'),
  allow_duplicate_ip: flag(false, 'Allow several peers from one IP address.'),
  handshake_timeout: duration(20_000, 'Time for the first messages of a connection.'),
  dial_timeout: duration(3000, 'Time to open a connection.'),
  libp2p: {
    enabled: flag(false, "Use libp2p in place of CometBFT's own protocol."),
    bootstrap_peers: tables<BootstrapPeer>(
      [],
      'First peers: [{ host = "203.0.113.7:26656", id = "12D3…", persistent = true }], also private and unconditional.',
      parsePeer,
      writePeer,
    ),
    scaler: {
      min_workers: integer(4, 'Of a Go engine: fewest and most handlers that read incoming messages at the same time. trellisd reads them as they come.'),
      max_workers: integer(32, ''),
      threshold_latency: duration(100, 'Add handlers while messages take less than this, remove them when they take longer.'),
      overrides: tables<ScalerOverride>([MEMPOOL_WORKERS], 'Other limits for one reactor; [] for none.', parseOverride, writeOverride),
    },
    limits: {
      mode: oneOf(
        'default',
        ['disabled', 'default', 'custom'],
        '"disabled": none, for tests only; "default": those of libp2p; "custom": the two limits below.',
      ),
      max_peers: integer(0, 'Peers at one time (mode "custom").'),
      max_peer_streams: integer(0, 'Streams of one peer at one time (mode "custom").'),
    },
  },
};

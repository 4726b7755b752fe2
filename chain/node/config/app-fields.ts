// app.toml with the keys of the Cosmos SDK v0.53 (sdk:server/config). Defaults are the SDK's, but a price is asked for gas.
import { anyInteger, bigInteger, flag, integer, oneOf, quotedInteger, tables, text, texts } from './schema.ts';

/** Asked by a new node; a chain decides its own by convention. */
export const MINIMUM_GAS_PRICES_DEFAULT = '0.01utrel';

function parseLabel(entry: unknown): readonly [string, string] {
  if (!Array.isArray(entry) || entry.length !== 2 || entry.some((s) => typeof s !== 'string')) throw new RangeError('each entry must be ["name", "value"]');
  return [entry[0] as string, entry[1] as string];
}

export const appFields = {
  'minimum-gas-prices': text(MINIMUM_GAS_PRICES_DEFAULT, 'Least price of gas that this node accepts, joined by commas: "0.25utrel,0.001uother".'),
  'query-gas-limit': quotedInteger(0, 'Most gas that one query may use; 0: any amount, which strangers can abuse.'),
  pruning: oneOf(
    'default',
    ['default', 'nothing', 'everything', 'custom'],
    'Which past states are kept.\n"default": the last 362880; "nothing": all; "everything": the last two;\n"custom": the latest tree in memory, one change set a height on disk, and proofs for the last pruning-keep-recent heights.',
  ),
  'pruning-keep-recent': quotedInteger(
    0,
    'With "custom": heights kept (0: 100), and every how many heights old ones go: trellisd removes some with each block.',
  ),
  'pruning-interval': quotedInteger(0, ''),
  'halt-height': bigInteger(0n, 'Stop before committing this height, or a block of this time (Unix seconds); 0: never.'),
  'halt-time': bigInteger(0n, ''),
  'min-retain-blocks': bigInteger(0n, 'Blocks that the engine must keep below the latest; 0: all.'),
  'inter-block-cache': flag(true, "Of the SDK's store; trellisd has its own cache."),
  'index-events': texts([], 'Events to index, as ["message.sender"]; []: all.'),
  'iavl-cache-size': integer(781_250, "Of the SDK's store."),
  'iavl-disable-fastnode': flag(false, "Of the SDK's store."),
  'app-db-backend': text('', "Database kind of the SDK's store. trellisd always uses LevelDB."),
  telemetry: {
    'service-name': text('', 'First part of the names of metrics.'),
    enabled: flag(false, 'Collect metrics of the application.'),
    'enable-hostname': flag(false, 'Put the host into the names.'),
    'enable-hostname-label': flag(false, 'Give the host as a label.'),
    'enable-service-label': flag(false, 'Give the service as a label.'),
    'prometheus-retention-time': integer(0, 'Seconds that Prometheus metrics are kept; 0: none are.'),
    'global-labels': tables<readonly [string, string]>(
      [],
      'Labels of all metrics, as [["chain_id", "trellis-1"]].',
      parseLabel,
      ([name, value]) => `[${JSON.stringify(name)}, ${JSON.stringify(value)}]`,
    ),
    'metrics-sink': text('', 'Where else metrics go: "", "mem", "prometheus", "statsd" or "dogstatsd".'),
    'statsd-addr': text('', 'Address of statsd.'),
    'datadog-hostname': text('', 'Host name told to Datadog.'),
  },
  api: {
    enable: flag(false, 'Serve the REST interface.'),
    swagger: flag(false, 'Serve its documentation.'),
    address: text('tcp://localhost:1317', 'Address of the REST server.'),
    'max-open-connections': integer(1000, 'Connections at one time.'),
    'rpc-read-timeout': integer(10, 'Seconds to read a request, and to write an answer (0: any time).'),
    'rpc-write-timeout': integer(0, ''),
    'rpc-max-body-bytes': integer(1_000_000, 'Largest request body in bytes.'),
    'enabled-unsafe-cors': flag(false, 'Allow calls from every web site.'),
  },
  grpc: {
    enable: flag(true, 'Serve gRPC.'),
    address: text('localhost:9090', 'Address of the gRPC server.'),
    'max-recv-msg-size': quotedInteger(10_485_760, 'Largest message read and sent, in bytes.'),
    'max-send-msg-size': quotedInteger(2_147_483_647, ''),
  },
  'grpc-web': {
    enable: flag(true, 'Serve gRPC-Web beside REST; trellisd does not yet.'),
  },
  'state-sync': {
    'snapshot-interval': integer(0, 'A snapshot every so many heights; 0: none.'),
    'snapshot-keep-recent': integer(2, 'Snapshots kept; 0: all.'),
  },
  light: {
    archive: flag(false, 'Keep all headers, transactions and results for light clients, whatever min-retain-blocks says.'),
    'log-peers': texts(
      [],
      'REST addresses of nodes that have all block hashes, as ["http://127.0.0.1:1317"]: a node that began with a snapshot takes those before it from there.',
    ),
  },
  streaming: {
    abci: {
      keys: texts([], 'Stores whose changes go to a plugin; ["*"]: all.'),
      plugin: text('', 'Name of the plugin; empty: none.'),
      'stop-node-on-err': flag(true, 'Stop the node when the plugin fails.'),
    },
  },
  mempool: {
    'max-txs': anyInteger(-1, "Transactions of the application's own mempool; 0: any number, -1: it has none."),
  },
};

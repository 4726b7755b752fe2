// config.toml, root keys and [rpc], with the keys and defaults of CometBFT v0.40.0 (cmt:config/config.go, toml.go).
import { duration, flag, integer, oneOf, text, texts } from './schema.ts';

const SEMVER = /^\d+\.\d+\.\d+(?:[-+].+)?$/;

export const baseFields = {
  version: text('0.40.0', 'CometBFT version whose keys this file has. Programs that upgrade the file change it; leave it alone.', (v) =>
    v === '' || SEMVER.test(v) ? undefined : 'must be a version such as "0.40.0"',
  ),
  proxy_app: text(
    'tcp://127.0.0.1:26658',
    'Where a separate engine (cometbft start) finds the ABCI application. trellisd has its application inside and ignores it.',
  ),
  moniker: text('node', 'Name of this node for people.'),
  db_backend: text('goleveldb', 'Database kind of a Go engine. trellisd always uses LevelDB.'),
  db_dir: text('data', 'Folder of the databases.'),
  log_level: text('info', 'Least level that is logged: debug, info, warn, error or none; per module as "consensus:debug,*:info".'),
  log_format: oneOf('plain', ['plain', 'json'], 'Form of the log: "plain" for people, "json" for machines.'),
  genesis_file: text('config/genesis.json', 'First validators, parameters and application state of the chain.'),
  priv_validator_key_file: text('config/priv_validator_key.json', 'Private key with which this node votes.'),
  priv_validator_state_file: text(
    'data/priv_validator_state.json',
    'What the key signed last: the guard against signing twice. Never restore it from a backup.',
  ),
  priv_validator_laddr: text('', 'Address on which to wait for a remote signer (tcp:// or unix://); empty: sign with the key file.'),
  node_key_file: text('config/node_key.json', "Private key of this node's identity in the network."),
  abci: oneOf('socket', ['socket', 'grpc'], 'How a separate engine speaks to the application: "socket" or "grpc".'),
  filter_peers: flag(false, 'Ask the application whether a new peer may stay. Not with libp2p.'),
  event_bus_buffer_capacity: integer(0, 'Events that may wait between the engine and its subscribers; 0: none.'),
};

export const rpcFields = {
  laddr: text('tcp://127.0.0.1:26657', 'Address of the JSON-RPC server.'),
  cors_allowed_origins: texts([], 'Web origins that may call; [] forbids calls from other sites, ["*"] allows all.'),
  cors_allowed_methods: texts(['HEAD', 'GET', 'POST'], 'HTTP methods that other sites may use.'),
  cors_allowed_headers: texts(['Origin', 'Accept', 'Content-Type', 'X-Requested-With', 'X-Server-Time'], 'HTTP headers that other sites may send.'),
  grpc_laddr: text('', 'Address of the small gRPC server for broadcasts; empty: none.'),
  grpc_max_open_connections: integer(900, 'Connections of that server at one time; 0: any number.'),
  unsafe: flag(false, 'Offer the dangerous calls (dial_seeds, dial_peers, unsafe_flush_mempool).'),
  max_open_connections: integer(900, 'HTTP and WebSocket connections at one time; 0: any number.'),
  max_subscription_clients: integer(100, 'Clients that may subscribe at one time.'),
  max_subscriptions_per_client: integer(5, 'Different queries that one client may subscribe to.'),
  experimental_subscription_buffer_size: integer(200, 'Events that may wait for one subscription before it is cancelled; at least 100.', (v) =>
    v < 100 ? 'must be at least 100' : undefined,
  ),
  experimental_websocket_write_buffer_size: integer(
    200,
    'Answers that may wait for one WebSocket before it is cut; not less than experimental_subscription_buffer_size.',
  ),
  experimental_close_on_slow_client: flag(false, 'Cut a WebSocket that reads too slowly instead of dropping events.'),
  timeout_broadcast_tx_commit: duration(10_000, 'How long broadcast_tx_commit waits for the block. Above 10s every HTTP answer may take that long.'),
  max_request_batch_size: integer(10, 'Requests in one JSON-RPC batch; 0: any number.'),
  max_body_bytes: integer(1_000_000, 'Largest request body in bytes.'),
  max_header_bytes: integer(1_048_576, 'Largest request header in bytes.'),
  tls_cert_file: text('', 'Certificate chain for HTTPS, absolute or relative to the config folder; needs tls_key_file too.'),
  tls_key_file: text('', 'Private key for HTTPS.'),
  pprof_laddr: text('', "Address of a Go engine's profiler; empty: none."),
};

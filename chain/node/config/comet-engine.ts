// config.toml: mempool, sync, consensus, storage, index and metrics, with the keys and defaults of CometBFT v0.40.0.
import { bigInteger, commaTexts, duration, flag, integer, oneOf, text } from './schema.ts';

export const mempoolFields = {
  type: oneOf(
    'flood',
    ['flood', 'nop', 'app'],
    '"flood": kept and gossiped by the engine; "nop": none; "app": kept by the application. Trellis has "flood" alone.',
  ),
  recheck: flag(true, 'Check waiting transactions again after each block.'),
  recheck_timeout: duration(1000, 'Time for that check with a separate application.'),
  broadcast: flag(true, 'Send transactions on to peers.'),
  wal_dir: text('', 'Folder of a log of incoming transactions; empty: none.'),
  size: integer(5000, 'Most transactions that wait.'),
  max_txs_bytes: integer(1_073_741_824, 'Most bytes of all waiting transactions.'),
  cache_size: integer(10_000, 'Transactions remembered so that they are not checked twice.'),
  'keep-invalid-txs-in-cache': flag(false, 'Remember invalid ones too; only where an invalid transaction never becomes valid.'),
  max_tx_bytes: integer(4_194_304, 'Largest transaction in bytes.'),
  max_batch_bytes: integer(0, 'Not used any more.'),
  experimental_max_gossip_connections_to_persistent_peers: integer(0, 'Persistent peers that get our transactions; 0: all.'),
  experimental_max_gossip_connections_to_non_persistent_peers: integer(0, 'Other peers that get our transactions; 0: all.'),
  seen_cache_size: integer(100_000, 'Type "app": transactions remembered as seen.'),
  reap_max_bytes: integer(0, 'Type "app": bytes taken from the application at once; 0: any number.'),
  reap_max_gas: integer(0, 'Type "app": gas taken from the application at once; 0: any amount.'),
  reap_interval: duration(500, 'Type "app": pause between two takings.'),
  check_tx_retry_delay: duration(5000, 'Type "app": after this a transaction may be checked again.'),
};

export const statesyncFields = {
  enable: flag(false, 'A node without state fetches a snapshot from peers instead of replaying all blocks.'),
  rpc_servers: commaTexts([], 'Two or more RPC servers, joined by commas, for the light client that checks the snapshot.'),
  trust_height: bigInteger(0n, 'A height and its block hash that you have from a source you trust.'),
  trust_hash: text('', ''),
  trust_period: duration(604_800_000, 'How long validators can be held to account; about two thirds of the unbonding time.'),
  discovery_time: duration(15_000, 'How long to look for snapshots before choosing one.'),
  temp_dir: text('', "Folder for chunks on their way; empty: the system's. trellisd keeps them in memory."),
  chunk_request_timeout: duration(10_000, 'Time after which a chunk is asked of another peer.'),
  chunk_fetchers: { ...integer(4, 'Chunks fetched at the same time.'), quoted: true },
  max_snapshot_chunks: integer(100_000, 'Most chunks that a snapshot may have.'),
};

export const blocksyncFields = {
  version: oneOf('v0', ['v0'], 'Version of the protocol that catches up by blocks; only "v0".'),
  adaptive_sync: flag(false, 'Run consensus while catching up. Not in trellisd: a validator may sign for a height that is already decided.'),
};

export const consensusFields = {
  wal_file: text('data/cs.wal/wal', 'Write-ahead log of consensus.'),
  timeout_propose: duration(3000, 'How long to wait for a proposal before voting nil, and how much longer in each further round.'),
  timeout_propose_delta: duration(500, ''),
  timeout_prevote: duration(1000, 'How long to wait for more prevotes after two thirds voted differently, and how much longer in each further round.'),
  timeout_prevote_delta: duration(500, ''),
  timeout_precommit: duration(1000, 'The same for precommits.'),
  timeout_precommit_delta: duration(500, ''),
  timeout_commit: duration(1000, 'Pause between a commit and the next height, in which late precommits are still collected.'),
  double_sign_check_height: bigInteger(0n, 'Refuse to start if one of the last so many blocks was signed with our key; 0: no check.'),
  skip_timeout_commit: flag(false, 'Go on as soon as all precommits are there.'),
  create_empty_blocks: flag(true, 'Make blocks without transactions, and the pause between them (0s: none).'),
  create_empty_blocks_interval: duration(0, ''),
  peer_gossip_sleep_duration: duration(100, 'Pauses of the gossip between peers.'),
  peer_query_maj23_sleep_duration: duration(2000, ''),
  block_time_tolerance: duration(60_000, 'Most that the time of a proposed block may be ahead of our clock.'),
};

export const storageFields = {
  discard_abci_responses: flag(false, 'Do not keep the results of blocks: less disk, but no /block_results and no new index. Not in trellisd.'),
};

export const txIndexFields = {
  indexer: oneOf('kv', ['kv', 'null', 'psql'], '"kv": search by events over the local database; "null": no search; "psql" is for Go engines.'),
  'psql-conn': text('', 'postgresql://user:password@host:port/db of the "psql" index.'),
};

export const instrumentationFields = {
  prometheus: flag(false, 'Serve metrics for Prometheus under /metrics.'),
  prometheus_listen_addr: text(':26660', 'Address of the metrics.'),
  max_open_connections: integer(3, 'Connections at one time; 0: any number.'),
  namespace: text('cometbft', 'First part of the names of the metrics.'),
};

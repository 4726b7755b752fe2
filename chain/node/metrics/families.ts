// The metrics of CometBFT v0.40.0, by subsystem: its names, types, labels and buckets, so that dashboards made for it work unchanged
// (cmt:consensus/metrics.go, mempool/metrics.go, p2p/metrics.go, state/metrics.go, proxy/metrics.go, blocksync/metrics.go, statesync/metrics.go).
import { exponentialBuckets, exponentialRange, linearBuckets, type Registry } from './registry.ts';

const SECONDS = exponentialRange(0.1, 100, 8);

export function consensusFamilies(r: Registry) {
  const p = 'consensus_';
  return {
    height: r.gauge({ name: `${p}height`, help: 'Height of the chain.' }),
    latestBlockHeight: r.gauge({ name: `${p}latest_block_height`, help: 'The latest block height.' }),
    rounds: r.gauge({ name: `${p}rounds`, help: 'Number of rounds.' }),
    roundDuration: r.histogram({ name: `${p}round_duration_seconds`, help: 'Histogram of round duration.', buckets: SECONDS }),
    stepDuration: r.histogram({
      name: `${p}step_duration_seconds`,
      help: 'Histogram of durations for each step in the consensus protocol.',
      labels: ['step'],
      buckets: SECONDS,
    }),
    roundIncrement: r.counter({
      name: `${p}round_increment_total`,
      help: 'Rounds above the first that began, by the step that ended before.',
      labels: ['step'],
    }),
    validators: r.gauge({ name: `${p}validators`, help: 'Number of validators.' }),
    validatorsPower: r.gauge({ name: `${p}validators_power`, help: 'Total power of all validators.' }),
    validatorPower: r.gauge({ name: `${p}validator_power`, help: 'Power of a validator.', labels: ['validator_address'] }),
    validatorLastSigned: r.gauge({
      name: `${p}validator_last_signed_height`,
      help: 'Last height signed by this validator if the node is a validator.',
      labels: ['validator_address'],
    }),
    validatorMissed: r.gauge({ name: `${p}validator_missed_blocks`, help: 'Amount of blocks missed per validator.', labels: ['validator_address'] }),
    missing: r.gauge({ name: `${p}missing_validators`, help: 'Number of validators who did not sign.' }),
    missingPower: r.gauge({ name: `${p}missing_validators_power`, help: 'Total power of the missing validators.' }),
    byzantine: r.gauge({ name: `${p}byzantine_validators`, help: 'Number of validators who tried to double sign.' }),
    byzantinePower: r.gauge({ name: `${p}byzantine_validators_power`, help: 'Total power of the byzantine validators.' }),
    blockInterval: r.histogram({ name: `${p}block_interval_seconds`, help: 'Time between this and the last block.' }),
    numTxs: r.gauge({ name: `${p}num_txs`, help: 'Number of transactions.' }),
    totalTxs: r.gauge({ name: `${p}total_txs`, help: 'Total number of transactions.' }),
    blockSize: r.gauge({ name: `${p}block_size_bytes`, help: 'Size of the block.' }),
    chainSize: r.counter({ name: `${p}chain_size_bytes`, help: 'Size of the chain in bytes.' }),
    blockParts: r.counter({ name: `${p}block_parts`, help: 'Number of block parts transmitted by each peer.', labels: ['peer_id'] }),
    duplicateParts: r.counter({ name: `${p}duplicate_block_part`, help: 'Number of times we received a duplicate block part' }),
    duplicateVotes: r.counter({ name: `${p}duplicate_vote`, help: 'Number of times we received a duplicate vote' }),
    partsReceived: r.counter({
      name: `${p}block_gossip_parts_received`,
      help: 'Block parts received, by whether they belong to the block that is being gathered.',
      labels: ['matches_current'],
    }),
    quorumPrevoteDelay: r.gauge({
      name: `${p}quorum_prevote_delay`,
      help: 'Interval in seconds between the proposal timestamp and the timestamp of the earliest prevote that achieved a quorum.',
      labels: ['proposer_address'],
    }),
    quorumPrecommitDelay: r.gauge({
      name: `${p}quorum_precommit_delay`,
      help: 'Interval in seconds between the proposal timestamp and the timestamp of the earliest precommit that achieved a quorum.',
      labels: ['proposer_address'],
    }),
    fullPrevoteDelay: r.gauge({
      name: `${p}full_prevote_delay`,
      help: 'Interval in seconds between the proposal timestamp and the timestamp of the latest prevote of a round in which all validators voted.',
      labels: ['proposer_address'],
    }),
    precommitsCounted: r.gauge({ name: `${p}precommits_counted`, help: 'Precommits counted when the wait for more of them ended.' }),
    precommitsPercentage: r.gauge({ name: `${p}precommits_staking_percentage`, help: 'Part of the voting power whose precommits were counted then.' }),
    extensions: r.counter({
      name: `${p}vote_extension_receive_count`,
      help: 'Vote extensions received, by the verdict of the application.',
      labels: ['status'],
    }),
    proposalsReceived: r.counter({ name: `${p}proposal_receive_count`, help: 'Proposals received, by the verdict of the application.', labels: ['status'] }),
    proposalsCreated: r.counter({ name: `${p}proposal_create_count`, help: 'Proposals created by this node since process start.' }),
    roundPower: r.gauge({
      name: `${p}round_voting_power_percent`,
      help: 'Part of the total voting power whose votes of the round have come, from 0 to 1.',
      labels: ['vote_type'],
    }),
    lateVotes: r.counter({ name: `${p}late_votes`, help: 'Votes received for earlier heights and rounds than the running one.', labels: ['vote_type'] }),
    peerHeight: r.gauge({ name: `${p}peer_height`, help: 'The height that a peer is at.', labels: ['peer_id'] }),
  };
}
export type ConsensusFamilies = ReturnType<typeof consensusFamilies>;

/** Without reaped_txs, which Go counts for the mempool type "app" alone. */
export function mempoolFamilies(r: Registry) {
  const p = 'mempool_';
  return {
    size: r.gauge({ name: `${p}size`, help: 'Number of uncommitted transactions in the mempool.' }),
    sizeBytes: r.gauge({ name: `${p}size_bytes`, help: 'Total size of the mempool in bytes.' }),
    txSize: r.histogram({ name: `${p}tx_size_bytes`, help: 'Histogram of transaction sizes in bytes.', buckets: exponentialBuckets(1, 3, 7) }),
    failed: r.counter({ name: `${p}failed_txs`, help: 'Transactions that the application refused.' }),
    rejected: r.counter({ name: `${p}rejected_txs`, help: 'Transactions refused for want of room.' }),
    evicted: r.counter({ name: `${p}evicted_txs`, help: 'Transactions of the mempool that a later block made invalid.' }),
    rechecks: r.counter({ name: `${p}recheck_times`, help: 'Number of times transactions are rechecked in the mempool.' }),
    outbound: r.gauge({ name: `${p}active_outbound_connections`, help: 'Connections used for gossiping transactions.' }),
    alreadyReceived: r.counter({ name: `${p}already_received_txs`, help: 'Number of duplicate transaction reception.' }),
    batchSize: r.histogram({
      name: `${p}batch_size`,
      help: 'Transactions of one message of the mempool.',
      labels: ['dir'],
      buckets: [1, 2, 5, 10, 30, 50, 100, 200, 300],
    }),
  };
}
export type MempoolFamilies = ReturnType<typeof mempoolFamilies>;

export function p2pFamilies(r: Registry) {
  const p = 'p2p_';
  const byMessage = ['message_type', 'reactor'];
  return {
    peers: r.gauge({ name: `${p}peers`, help: 'Number of peers.' }),
    receivedBytes: r.counter({ name: `${p}peer_receive_bytes_total`, help: 'Number of bytes received from a given peer.', labels: ['peer_id', 'chID'] }),
    sentBytes: r.counter({ name: `${p}peer_send_bytes_total`, help: 'Number of bytes sent to a given peer.', labels: ['peer_id', 'chID'] }),
    sendQueue: r.gauge({ name: `${p}peer_send_queue_size`, help: 'Messages to a peer that are on their way or wait.', labels: ['peer_id'] }),
    typeReceivedBytes: r.counter({ name: `${p}message_receive_bytes_total`, help: 'Number of bytes of each message type received.', labels: ['message_type'] }),
    typeSentBytes: r.counter({ name: `${p}message_send_bytes_total`, help: 'Number of bytes of each message type sent.', labels: ['message_type'] }),
    received: r.counter({ name: `${p}messages_received`, help: 'Messages received, before their reactor processed them.', labels: byMessage }),
    inFlight: r.gauge({ name: `${p}messages_reactor_in_flight`, help: 'Messages that wait for their reactor or are in it.', labels: byMessage }),
    pending: r.histogram({ name: `${p}messages_reactor_pending_duration`, help: 'Seconds that a message waited for its reactor.', labels: byMessage }),
    receive: r.histogram({ name: `${p}message_reactor_receive_duration`, help: 'Seconds that a message took in its reactor.', labels: byMessage }),
    concurrency: r.gauge({ name: `${p}message_reactor_queue_concurrency`, help: 'Messages that a reactor processes at the same time.', labels: ['reactor'] }),
  };
}
export type P2pFamilies = ReturnType<typeof p2pFamilies>;

export function executionFamilies(r: Registry) {
  return {
    processingTime: r.histogram({ name: 'state_block_processing_time', help: 'Milliseconds in FinalizeBlock.', buckets: linearBuckets(1, 10, 10) }),
    paramUpdates: r.counter({ name: 'state_consensus_param_updates', help: 'Consensus parameter updates of the application since process start.' }),
    validatorUpdates: r.counter({ name: 'state_validator_set_updates', help: 'Validator set updates of the application since process start.' }),
    methodTiming: r.histogram({
      name: 'abci_connection_method_timing_seconds',
      help: 'Timing for each ABCI method.',
      labels: ['method', 'type'],
      buckets: [0.0001, 0.0004, 0.002, 0.009, 0.02, 0.1, 0.65, 2, 6, 25],
    }),
  };
}
export type ExecutionFamilies = ReturnType<typeof executionFamilies>;

/** Without those of adaptive_sync (already_included_blocks, ingested_blocks, ingested_block_duration), which Go shows only there. */
export function syncFamilies(r: Registry) {
  const p = 'blocksync_';
  return {
    stateSyncing: r.gauge({ name: 'statesync_syncing', help: 'Whether or not a node is state syncing. 1 if yes, 0 if no.' }),
    syncing: r.gauge({ name: `${p}syncing`, help: 'Whether or not a node is block syncing. 1 if yes, 0 if no.' }),
    numTxs: r.gauge({ name: `${p}num_txs`, help: 'Number of transactions in the latest block.' }),
    totalTxs: r.gauge({ name: `${p}total_txs`, help: 'Total number of transactions.' }),
    blockSize: r.gauge({ name: `${p}block_size_bytes`, help: 'Size of the latest block.' }),
    latestBlockHeight: r.gauge({ name: `${p}latest_block_height`, help: 'The height of the latest block.' }),
  };
}
export type SyncFamilies = ReturnType<typeof syncFamilies>;

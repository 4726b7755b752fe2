// The channels of CometBFT's network: numbers, priorities and caps (network.md §5, cmt:lp2p and each reactor's GetChannels).

export interface ChannelDescriptor {
  readonly id: number;
  /** Higher is served first within a peer's queue. */
  readonly priority: number;
  /** Largest payload, bytes; a longer one resets its stream. */
  readonly bytesMax: number;
}

export const STATE_CHANNEL = 0x20;
export const DATA_CHANNEL = 0x21;
export const VOTE_CHANNEL = 0x22;
export const VOTE_SET_BITS_CHANNEL = 0x23;
export const MEMPOOL_CHANNEL = 0x30;
export const EVIDENCE_CHANNEL = 0x38;
export const BLOCKSYNC_CHANNEL = 0x40;
export const SNAPSHOT_CHANNEL = 0x60;
export const CHUNK_CHANNEL = 0x61;

const MIB = 1_048_576;

/** All but the mempool's, whose cap follows the configuration. */
export const CHANNELS: readonly ChannelDescriptor[] = [
  { id: STATE_CHANNEL, priority: 6, bytesMax: MIB },
  { id: DATA_CHANNEL, priority: 10, bytesMax: MIB },
  { id: VOTE_CHANNEL, priority: 7, bytesMax: MIB },
  { id: VOTE_SET_BITS_CHANNEL, priority: 1, bytesMax: MIB },
  { id: EVIDENCE_CHANNEL, priority: 6, bytesMax: MIB },
  { id: BLOCKSYNC_CHANNEL, priority: 5, bytesMax: 104_857_605 },
  { id: SNAPSHOT_CHANNEL, priority: 5, bytesMax: 4_000_000 },
  { id: CHUNK_CHANNEL, priority: 3, bytesMax: 16_000_000 },
];

/** All channels in the order in which a CometBFT node lists them (cmt:node/setup.go makeNodeInfo). */
export const CHANNEL_IDS: readonly number[] = [
  BLOCKSYNC_CHANNEL,
  STATE_CHANNEL,
  DATA_CHANNEL,
  VOTE_CHANNEL,
  VOTE_SET_BITS_CHANNEL,
  MEMPOOL_CHANNEL,
  EVIDENCE_CHANNEL,
  SNAPSHOT_CHANNEL,
  CHUNK_CHANNEL,
];

/** `bytesMax` is the size of a Message with one Txs of one transaction of the largest size (network.md §5). */
export function mempoolChannel(maxTxBytes: number): ChannelDescriptor {
  const field = (length: number): number => {
    let n = length + 2;
    for (let v = length; v > 127; v = Math.floor(v / 128)) n++;
    return n;
  };
  return { id: MEMPOOL_CHANNEL, priority: 5, bytesMax: field(field(maxTxBytes)) };
}

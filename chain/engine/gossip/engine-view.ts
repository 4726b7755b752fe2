// What gossip sees of the engine, and may do to it.
import type { ConsensusEvent, Input } from '../../consensus/effects.ts';
import type { Engine } from '../engine.ts';

export type PeerInput = Exclude<Input, { readonly type: 'timeout' | 'txsAvailable' }>;

export interface GossipEngine extends Pick<Engine, 'consensus' | 'receive' | 'setPeerMaj23'> {
  readonly blockStore: Pick<Engine['blockStore'], 'base' | 'height' | 'loadBlockMeta' | 'loadPart' | 'loadCommit' | 'loadExtendedCommit'>;
  onConsensusEvent(listener: (event: ConsensusEvent) => void): () => void;
  /** Called after each input that consensus processed. */
  onProgress(listener: () => void): () => void;
}

export type LiveConsensus = NonNullable<GossipEngine['consensus']>;

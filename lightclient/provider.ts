// Where a light client gets what it verifies. Nothing a provider says is trusted: neither its head, nor its absence of an answer.
// Every method rejects with LightError and nothing else: transport, not-found, too-high, pruned, invalid-header (a reply of the wrong form).
import type { LightClientAttackEvidence } from '../chain/types/evidence.ts';
import type { LightBlock } from '../chain/types/light-block.ts';
import type { ValidatorList } from '../chain/types/validator-list.ts';
import type { Questions } from './bundle.ts';

/** An answer of `abci_query` with proof: it holds against the app hash of the header at `height + 1`. */
export interface StateAnswer {
  readonly height: bigint;
  /** Empty: the provider claims that the key is absent. */
  readonly value: Uint8Array;
  /** The proof operators from leaf to root, each an encoded ics23.CommitmentProof. */
  readonly ops: readonly { readonly type: string; readonly key: Uint8Array; readonly data: Uint8Array }[];
}

/** A transaction with the Merkle proof of its hash below `data_hash` of the header at `height`. */
export interface TxAnswer {
  readonly height: bigint;
  readonly index: number;
  readonly total: number;
  readonly tx: Uint8Array;
  /** Sibling hashes from the leaf up. */
  readonly aunts: readonly Uint8Array[];
}

/** What `last_results_hash` commits to of one transaction's result. */
export interface TxResult {
  readonly code: number;
  readonly data: Uint8Array;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
}

export interface BundleRequest extends Questions {
  /** The trusted height. */
  readonly from: bigint;
  /** Hash of its set, if it is known. */
  readonly set: Uint8Array | undefined;
}

export interface Provider {
  /** For texts and the alarm, e.g. the URL. */
  readonly name: string;
  /** Header, commit and validators of a height; without one, of the latest. Where the header names the set `known`, it need not be sent. */
  lightBlock(height?: bigint, known?: ValidatorList): Promise<LightBlock>;
  /** `height`: of the state; the proof holds against the next header. */
  state(store: string, key: Uint8Array, height: bigint): Promise<StateAnswer>;
  tx(hash: Uint8Array): Promise<TxAnswer>;
  /** The results of all transactions of a block, in order. */
  results(height: bigint): Promise<readonly TxResult[]>;
  reportEvidence(evidence: LightClientAttackEvidence): Promise<void>;
  /** An answer of `/light/v1/bundle` of a node of Trellis; a provider without it is asked for the parts. */
  readonly bundle?: (q: BundleRequest) => Promise<Uint8Array>;
}

// Header.lastResultsHash: what of a transaction's result all nodes must agree on (cmt:types/results.go).
import { merkleRoot } from '../crypto/merkle.ts';
import { bytes, type Codec, int64, message, uint32 } from '../encoding/codec.ts';

/** The deterministic fields of ExecTxResult; log, info, events and codespace are free to differ. */
export interface DeterministicResult {
  readonly code: number;
  readonly data: Uint8Array;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
}

/** Bytes of ExecTxResult with only those fields. */
export const deterministicResultCodec: Codec<DeterministicResult> = message('tendermint.abci.ExecTxResult', {
  code: uint32(1),
  data: bytes(2),
  gasWanted: int64(5),
  gasUsed: int64(6),
});

export function lastResultsHash(results: readonly DeterministicResult[]): Uint8Array {
  return merkleRoot(results.map((r) => deterministicResultCodec.encode(r)));
}

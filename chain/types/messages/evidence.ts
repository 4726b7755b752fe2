// Messages of the evidence reactor: a bare EvidenceList (cmt:evidence/reactor.go).
import { type Evidence, evidenceListCodec } from '../evidence.ts';
import { decodeChecked } from './decode.ts';

export const EVIDENCE_MESSAGE_BYTES_MAX = 1_048_576;

/** Throws TypesError. */
export function decodeEvidenceMessage(bytes: Uint8Array): readonly Evidence[] {
  return decodeChecked(evidenceListCodec, bytes, EVIDENCE_MESSAGE_BYTES_MAX, (list) => list);
}

export function encodeEvidenceMessage(list: readonly Evidence[]): Uint8Array {
  return evidenceListCodec.encode(list);
}

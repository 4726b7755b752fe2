// Reporting misbehaviour (cmt:rpc/core/evidence.go).
import { TypesError } from '../../../types/errors.ts';
import { evidenceHash, evidenceText, validateEvidence } from '../../../types/evidence.ts';
import { base64 } from '../json/abci.ts';
import { evidenceFromJson } from '../json/chain.ts';
import { type MethodTable, method } from '../method.ts';
import { custom } from '../params.ts';

function reason(prefix: string, e: unknown): Error {
  return new Error(`${prefix}: ${e instanceof Error ? e.message : String(e)}`);
}

export const evidenceMethods: MethodTable = {
  broadcast_evidence: method({ evidence: custom('interface', evidenceFromJson) }, async ({ evidence }, { backend }) => {
    if (evidence === undefined) throw new Error('no evidence was provided');
    try {
      validateEvidence(evidence);
    } catch (e) {
      throw reason('evidence.ValidateBasic failed', e);
    }
    try {
      await backend.evidence.add(evidence);
    } catch (e) {
      if (!(e instanceof TypesError)) throw reason('failed to add evidence', e);
      throw new Error(`failed to add evidence: Invalid evidence: ${e.message}. Evidence: ${evidenceText(evidence)}`);
    }
    return { hash: base64(evidenceHash(evidence)) };
  }),
};

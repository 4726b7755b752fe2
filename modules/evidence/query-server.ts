// Queries of evidence. Source: cosmossdk.io/x/evidence v0.2.0 keeper/grpc_query.go.
import { plainError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { paginate } from '../../chain/core/pagination.ts';
import { invalidArgument, notFound } from '../../chain/core/query-error.ts';
import { fromHex } from '../../chain/encoding/bytes.ts';
import { QueryAllEvidenceRequest, QueryAllEvidenceResponse, QueryEvidenceRequest, QueryEvidenceResponse } from '../../proto/gen/cosmos/evidence/v1beta1.ts';
import type { EvidenceKeeper } from './keeper.ts';

const SERVICE = '/cosmos.evidence.v1beta1.Query';

/** Go's hex.DecodeString with its words. */
function hashOf(text: string): Uint8Array {
  const bad = [...text].find((c) => !/[0-9a-fA-F]/.test(c));
  if (bad !== undefined)
    throw plainError(
      `invalid evidence hash: encoding/hex: invalid byte: U+${(bad.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')} '${bad}'`,
    );
  if (text.length % 2 === 1) throw plainError('invalid evidence hash: encoding/hex: odd length hex string');
  return fromHex(text);
}

export function registerQueries(registrar: ServiceRegistrar, k: EvidenceKeeper): void {
  registrar.query(`${SERVICE}/Evidence`, QueryEvidenceRequest, QueryEvidenceResponse, (ctx, req) => {
    if (req.hash === '') throw invalidArgument('invalid request; hash is empty');
    const evidence = k.evidence.get(ctx, hashOf(req.hash));
    if (evidence === undefined) throw notFound(`evidence ${req.hash} not found`);
    return { evidence };
  });
  registrar.query(`${SERVICE}/AllEvidence`, QueryAllEvidenceRequest, QueryAllEvidenceResponse, (ctx, req) => {
    const page = paginate(ctx, k.evidence, req.pagination, (_, any) => any);
    return { evidence: page.results, pagination: page.pagination };
  });
}

// Messages of evidence. Source: cosmossdk.io/x/evidence v0.2.0 keeper/msg_server.go.
import { ErrInvalidAddress, SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { MsgSubmitEvidence, MsgSubmitEvidenceResponse } from '../../proto/gen/cosmos/evidence/v1beta1.ts';
import { ErrInvalidEvidence } from './errors.ts';
import type { EvidenceKeeper } from './keeper.ts';
import { equivocationOf, validateEquivocation } from './types.ts';

export function registerMessages(registrar: ServiceRegistrar, k: EvidenceKeeper): void {
  registrar.msg(MsgSubmitEvidence, MsgSubmitEvidenceResponse, (ctx, msg) => {
    try {
      k.addresses.toBytes(msg.submitter);
    } catch (e) {
      throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid submitter address: ${e.message}`) : e;
    }
    const evidence = msg.evidence === undefined ? undefined : equivocationOf(msg.evidence);
    if (evidence === undefined) throw ErrInvalidEvidence.wrap('missing evidence');
    try {
      validateEquivocation(evidence);
    } catch (e) {
      throw e instanceof SdkError ? ErrInvalidEvidence.wrap(`failed basic validation: ${e.message}`) : e;
    }
    return { hash: k.submit(ctx, evidence) };
  });
}

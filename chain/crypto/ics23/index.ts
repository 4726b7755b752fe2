// ICS-23 vector commitments: what other folders need of it.
export { compressProof, decompressProof } from './compress.ts';
export { checkExistenceAgainstSpec, existenceRoot, verifyExistence } from './existence.ts';

import './more-ops.ts';

export * from './codec.ts';
export { HASH_OP, LENGTH_OP, setHashOp } from './hash-op.ts';
export { nonExistenceRoot, verifyNonExistence } from './non-existence.ts';
export { IAVL_SPEC, SMT_SPEC, specEquals, TENDERMINT_SPEC } from './specs.ts';
export * from './types.ts';
export { batchVerifyMembership, batchVerifyNonMembership, combineProofs, commitmentRoot, verifyMembership, verifyNonMembership } from './verify.ts';

// What `trellis/lightclient` exports. Stores, readers, zip215 and checkpoint-sign are subpaths of their own.
export { type Checkpoint, type CheckpointPolicy, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
export { type Client, type ClientOptions, create, DEFAULT_POLICY, type Fork, type Policy, type Root, type Status } from './client/client.ts';
export { decodeTrust, encodeTrust, type Trust } from './client/trust.ts';
export type { VerifySignatures } from './client/verify.ts';
export { LightError, type LightErrorCode } from './errors.ts';
export { get, type Proven, type ProvenTx, tx } from './proofs/questions.ts';
export { provenValue } from './proofs/state.ts';
export { assertIncluded, provenResult } from './proofs/tx.ts';
export type { Provider, StateAnswer, TxAnswer, TxResult } from './provider.ts';
export { type Fetch, rpcProvider } from './providers/rpc.ts';
export type { Counter, Store } from './store.ts';
export { memoryStore } from './stores/memory.ts';
export { conclude } from './verifier/conclude.ts';
export { DEFAULT_VERIFY_OPTIONS, plan, type Trusted, type VerificationPlan, type VerifyOptions } from './verifier/plan.ts';
export type { Verdict } from './verifier/verdict.ts';
export { type Subtle, webCrypto, type Zip215 } from './webcrypto.ts';

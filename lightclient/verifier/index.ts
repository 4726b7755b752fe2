// The verifier alone: for those who have their own client around it.
export { conclude } from './conclude.ts';
export { DEFAULT_VERIFY_OPTIONS, plan, type Trusted, type VerificationPlan, type VerifyOptions } from './plan.ts';
export type { Verdict } from './verdict.ts';

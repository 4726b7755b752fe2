// Second half of a step: one bit for each signature of the plan makes the verdict. The trusting check comes first: a block that fails both is
// `not-enough-trust`. A bad signature is never replaced by another signer's.
import { TypesError } from '../../chain/types/errors.ts';
import type { Pass, VerificationPlan } from './plan.ts';
import { invalid, notEnoughTrust, OK, type Verdict } from './verdict.ts';

/** What is wrong with a pass: a bad signature before what CometBFT finds only after it has verified those before. */
function failureOf({ plan, at }: Pass, good: readonly boolean[]): TypesError | undefined {
  if (plan instanceof TypesError) return plan;
  const bad = at.findIndex((i) => good[i] !== true);
  return bad < 0 ? plan.failure : new TypesError('commit-signature', `wrong signature (#${plan.checks[bad]?.index})`);
}

/** `good[i]`: whether the i-th check of the plan holds. */
export function conclude(p: VerificationPlan, good: readonly boolean[]): Verdict {
  if (p.verdict !== undefined) return p.verdict;
  if (good.length !== p.checks.length) throw new Error(`${good.length} results for ${p.checks.length} signature checks`);
  for (const pass of p.passes) {
    const failure = failureOf(pass, good);
    if (failure === undefined) continue;
    if (pass.kind === 'trusting' && failure.code === 'commit-power') return notEnoughTrust(failure.message);
    return invalid('invalid-commit', failure.message);
  }
  return OK;
}

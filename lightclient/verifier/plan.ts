// First half of a step: the verdict where it needs no signature, else exactly the signatures that CometBFT's loops visit, in their order
// (cmt:light/verifier.go Verify, cmt:types/validation.go). The second half is conclude.ts; between them the caller verifies however it likes.
// Pure and synchronous: no clock, no I/O. A signature that the 1/3 and the 2/3 check both want is listed once.
import type { Duration, Time } from '../../chain/encoding/time.ts';
import {
  type CommitPlan,
  DEFAULT_TRUST_LEVEL,
  planVerifyCommitLight,
  planVerifyCommitLightTrusting,
  remainingChecks,
  type SignatureCheck,
  type TrustLevel,
} from '../../chain/types/commit-verify.ts';
import { TypesError } from '../../chain/types/errors.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';
import { continuesValidators, higher, isTrustedSet, later, notExpired, notFromFuture, type TrustedHeader, wellFormed } from './predicates.ts';
import type { Verdict } from './verdict.ts';

export interface Trusted {
  readonly header: TrustedHeader;
  /** Of the trusted height or of the next one; only a step over more than one height needs it. */
  readonly validators: ValidatorList | undefined;
}

export interface VerifyOptions {
  readonly trustingPeriod: Duration;
  readonly maxClockDrift: Duration;
  /** Between 1/3 and 1. */
  readonly trustLevel: TrustLevel;
}

const SECOND: Duration = 1_000_000_000n;
/** Defaults of `cometbft light`. */
export const DEFAULT_VERIFY_OPTIONS: VerifyOptions = { trustingPeriod: 168n * 3600n * SECOND, maxClockDrift: 10n * SECOND, trustLevel: DEFAULT_TRUST_LEVEL };

/** One of the two passes over the commit: what it asks for, or why it fails before any signature. */
export interface Pass {
  readonly kind: 'trusting' | 'commit';
  readonly plan: CommitPlan | TypesError;
  /** Where the pass's checks stand in the list of the whole step. */
  readonly at: readonly number[];
}

export interface VerificationPlan {
  /** Decided without signatures; then there are no checks. */
  readonly verdict: Verdict | undefined;
  readonly passes: readonly Pass[];
  /** To be verified, by ZIP-215 where the key is ed25519. */
  readonly checks: readonly SignatureCheck[];
}

export const decided = (verdict: Verdict): VerificationPlan => ({ verdict, passes: [], checks: [] });

/** A commit's plan, or why there is none. */
export function planned(make: () => CommitPlan): CommitPlan | TypesError {
  try {
    return make();
  } catch (e) {
    if (e instanceof TypesError) return e;
    throw e;
  }
}

export function plan(trusted: Trusted, next: LightBlock, options: VerifyOptions, now: Time): VerificationPlan {
  const { header, commit } = next.signedHeader;
  const { chainId } = trusted.header;
  const verdict =
    notExpired(trusted.header, options.trustingPeriod, now) ??
    wellFormed(next, chainId) ??
    higher(trusted.header, header) ??
    later(trusted.header, header) ??
    notFromFuture(header, options.maxClockDrift, now);
  if (verdict !== undefined) return decided(verdict);
  const adjacent = header.height === trusted.header.height + 1n;
  if (adjacent) {
    const broken = continuesValidators(trusted.header, header);
    if (broken !== undefined) return decided(broken);
  }
  const passes: Pass[] = [];
  const checks: SignatureCheck[] = [];
  if (!adjacent) {
    const { validators } = trusted;
    if (validators === undefined || !isTrustedSet(trusted.header, validators)) {
      throw new Error(`light client: the validators of the trusted height ${trusted.header.height} are needed, and must be those of its header`);
    }
    const trusting = planned(() => planVerifyCommitLightTrusting(chainId, validators, commit, options.trustLevel));
    if (!(trusting instanceof TypesError)) checks.push(...trusting.checks);
    passes.push({ kind: 'trusting', plan: trusting, at: checks.map((_, i) => i) });
  }
  const full = planned(() => planVerifyCommitLight(chainId, next.validatorSet, commit.blockId, header.height, commit));
  passes.push({ kind: 'commit', plan: full, at: full instanceof TypesError ? [] : place(full, passes[0]?.plan, checks) });
  return { verdict: undefined, passes, checks };
}

/** Adds to `checks` what is not there yet; gives the place of each check of `wanted`. */
function place(wanted: CommitPlan, done: CommitPlan | TypesError | undefined, checks: SignatureCheck[]): number[] {
  const known = done === undefined || done instanceof TypesError ? [] : done.checks;
  const fresh = new Set(done === undefined || done instanceof TypesError ? wanted.checks : remainingChecks(wanted, done));
  return wanted.checks.map((c) => {
    if (!fresh.has(c)) return known.findIndex((d) => d.index === c.index);
    checks.push(c);
    return checks.length - 1;
  });
}

// Single steps of the light client: lc-mbt-tmrs and lc-mbt-go, traces of a model checker with verdicts. The trusted state moves only on success.
import { equal } from 'node:assert/strict';
import { compareBytes } from '../../chain/encoding/bytes.ts';
import { type Duration, GO_ZERO_TIME, parseTime } from '../../chain/encoding/time.ts';
import { installNative } from '../../chain/native/install.ts';
import { BLOCK_ID_FLAG_ABSENT } from '../../chain/types/commit.ts';
import { fromJson } from '../../chain/types/json/json-codec.ts';
import { jSignedHeader, jValidatorSet } from '../../chain/types/json/validators.ts';
import type { LightBlock, SignedHeader } from '../../chain/types/light-block.ts';
import type { Validator } from '../../chain/types/validator.ts';
import { ValidatorSet } from '../../chain/types/validator-set.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { conclude } from '../../lightclient/verifier/conclude.ts';
import { DEFAULT_VERIFY_OPTIONS, plan, type Trusted } from '../../lightclient/verifier/plan.ts';
import type { Verdict } from '../../lightclient/verifier/verdict.ts';
import type { Handlers, VectorFile } from './runner.ts';

installNative();

interface Step {
  readonly block: { readonly signed_header: unknown; readonly validator_set: unknown; readonly next_validator_set: unknown };
  readonly now: string;
  readonly verdict: string;
}
interface Trace {
  readonly initial: { readonly signed_header: unknown; readonly next_validator_set: unknown; readonly trusting_period: string; readonly now: string };
  readonly input: readonly Step[];
}

/** Of the runner of these traces. */
const CLOCK_DRIFT: Duration = 1_000_000_000n;

/** The traces know three verdicts: an expired trusted header is INVALID there. */
const NAMES: Readonly<Record<Verdict['type'], string>> = { ok: 'SUCCESS', 'not-enough-trust': 'NOT_ENOUGH_TRUST', invalid: 'INVALID' };

/** The Rust client's files list validators in any order; it sorts them when it reads them, as the hash needs it. */
function set(j: unknown): ValidatorSet {
  const read = fromJson(jValidatorSet, j, 'validator_set');
  const order = (a: Validator, b: Validator): number =>
    a.votingPower === b.votingPower ? compareBytes(a.address, b.address) : a.votingPower < b.votingPower ? 1 : -1;
  return ValidatorSet.restore([...read.validators].sort(order), read.validators[0]);
}

/** They also give an absent signature the time 1970, where it has none. */
function signedHeader(j: unknown): SignedHeader {
  const { header, commit } = fromJson(jSignedHeader, j, 'signed_header');
  const signatures = commit.signatures.map((s) => (s.blockIdFlag === BLOCK_ID_FLAG_ABSENT ? { ...s, timestamp: GO_ZERO_TIME } : s));
  return { header, commit: { ...commit, signatures } };
}

const run: Handlers[string] = async (file: VectorFile, t) => {
  const { initial, input } = file.json() as Trace;
  let trusted: Trusted = { header: signedHeader(initial.signed_header).header, validators: set(initial.next_validator_set) };
  const options = { ...DEFAULT_VERIFY_OPTIONS, trustingPeriod: BigInt(initial.trusting_period), maxClockDrift: CLOCK_DRIFT };
  for (const [i, step] of input.entries()) {
    await t.case(`step ${i}`, () => {
      const next: LightBlock = { signedHeader: signedHeader(step.block.signed_header), validatorSet: set(step.block.validator_set) };
      const p = plan(trusted, next, options, parseTime(step.now));
      const verdict = conclude(p, verifyEach(p.checks));
      equal(NAMES[verdict.type], step.verdict, JSON.stringify(verdict));
      if (verdict.type === 'ok') trusted = { header: next.signedHeader.header, validators: set(step.block.next_validator_set) };
    });
  }
};

export const handlers: Handlers = { 'lc-mbt-tmrs/*.json': run, 'lc-mbt-go/*.json': run };

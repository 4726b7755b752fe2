// `light verify`: one step of the light client from files, without a node and without trust in where they came from.
import { readFileSync } from 'node:fs';
import { conclude, DEFAULT_VERIFY_OPTIONS, plan, provenValue, type StateAnswer } from '../../../lightclient/index.ts';
import { LIGHT_BLOCK } from '../../../lightclient/providers/json.ts';
import type { VerifyOptions } from '../../../lightclient/verifier/plan.ts';
import { fromBase64 } from '../../encoding/bytes.ts';
import type { LightBlock } from '../../types/light-block.ts';
import { verifyEach } from '../../types/verify-signature.ts';
import { CliError } from '../errors.ts';

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (e) {
    throw new CliError(`${file}: ${(e as Error).message}`);
  }
}

/** `{signed_header, validator_set: {validators}}`, as CometBFT's evidence has it and `light sync --save` writes. */
export function readLightBlock(file: string): LightBlock {
  try {
    return LIGHT_BLOCK.read(json(file));
  } catch (e) {
    throw e instanceof CliError ? e : new CliError(`${file}: no light block: ${(e as Error).message}`);
  }
}

export const writeLightBlock = (b: LightBlock): string => `${JSON.stringify(LIGHT_BLOCK.write(b), undefined, 2)}\n`;

/** Throws CliError with the verdict's reason where the new block does not follow. */
export function verifyStep(trusted: LightBlock, next: LightBlock, now: bigint, options: Partial<VerifyOptions>): void {
  const { header } = trusted.signedHeader;
  let p: ReturnType<typeof plan>;
  try {
    p = plan({ header, validators: trusted.validatorSet }, next, { ...DEFAULT_VERIFY_OPTIONS, ...options }, now);
  } catch (e) {
    throw new CliError(`invalid-header: ${(e as Error).message}`);
  }
  const verdict = conclude(p, p.checks.length === 0 ? [] : verifyEach(p.checks));
  if (verdict.type === 'ok') return;
  throw new CliError(`${verdict.type === 'invalid' ? verdict.code : verdict.type}: ${verdict.detail}`);
}

interface QueryReply {
  readonly value?: string | null;
  readonly height?: string;
  readonly proofOps?: { readonly ops?: readonly { readonly type: string; readonly key: string; readonly data: string }[] } | null;
}

/** An answer of `abci_query` as a node gave it. */
export function readAnswer(file: string): StateAnswer {
  const whole = json(file) as { result?: { response?: QueryReply }; response?: QueryReply } & QueryReply;
  const r = whole.result?.response ?? whole.response ?? whole;
  try {
    const ops = (r.proofOps?.ops ?? []).map((op) => ({ type: op.type, key: fromBase64(op.key), data: fromBase64(op.data) }));
    return { height: BigInt(r.height ?? ''), value: fromBase64(r.value ?? ''), ops };
  } catch (e) {
    throw new CliError(`${file}: no answer of abci_query: ${(e as Error).message}`);
  }
}

/** The value; undefined where it is proven that there is none. Throws LightError. */
export function verifyAnswer(a: StateAnswer, store: string, key: Uint8Array, b: LightBlock): Uint8Array | undefined {
  const { header } = b.signedHeader;
  if (a.height + 1n !== header.height)
    throw new CliError(`the answer is of height ${a.height}, which the header of ${a.height + 1n} proves, not that of ${header.height}`);
  return provenValue(a, store, key, header.appHash);
}

// Signed checkpoints: a header that others vouch for, from which a client begins. Bytes that are signed: the line
// "trellis/light-checkpoint/v1\n", then the JSON without `sigs`, keys sorted, no spaces. Source: light-client.md §7.
import { bytesEqual, fromHex, toHex, utf8 } from '../chain/encoding/bytes.ts';
import { type Duration, formatTime, parseTime, type Time } from '../chain/encoding/time.ts';
import type { SignatureCheck } from '../chain/types/commit-verify.ts';
import type { Trust } from './client/trust.ts';
import type { VerifySignatures } from './client/verify.ts';
import { LightError } from './errors.ts';
import { int64, list, record, text } from './providers/json.ts';

export interface Checkpoint extends Trust {
  readonly chainId: string;
  /** Leaves of the log of block hashes whose root is `logRoot`; 0: there is none. */
  readonly logSize: bigint;
  readonly issued: Time;
  readonly expires: Time;
  readonly signatures: readonly { readonly keyId: string; readonly signature: Uint8Array }[];
}

export interface CheckpointPolicy {
  /** Ed25519 keys by the names that signatures give. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
  /** Different keys that must have signed. */
  readonly threshold: number;
  readonly maxAge: Duration;
}

const BYTES_MAX = 4096;
const SIGNATURES_MAX = 16;

export function checkpointBody(c: Checkpoint): string {
  const { chainId, logSize, logRoot } = c;
  // Sorted by hand, as the fields are fixed.
  return JSON.stringify({
    chain_id: chainId,
    expires: formatTime(c.expires),
    hash: toHex(c.hash),
    height: `${c.height}`,
    history: { root: toHex(logRoot), size: `${logSize}` },
    issued: formatTime(c.issued),
    next_validators_hash: toHex(c.nextValidatorsHash),
    time: formatTime(c.time),
    v: 1,
    validators_hash: toHex(c.validatorsHash),
  });
}

export const checkpointSignBytes = (c: Checkpoint): Uint8Array => utf8(`trellis/light-checkpoint/v1\n${checkpointBody(c)}`);

/** Throws LightError `checkpoint` for what is none. Nothing is verified yet. */
export function parseCheckpoint(json: string): Checkpoint {
  try {
    if (json.length > BYTES_MAX) throw new RangeError('too long');
    const o = record(JSON.parse(json));
    const history = record(o.history);
    const hash = (v: unknown): Uint8Array => {
      const b = fromHex(text(v));
      if (b.length !== 32) throw new RangeError('a hash of another size');
      return b;
    };
    const sigs = list(o.sigs).map(record);
    if (o.v !== 1 || sigs.length > SIGNATURES_MAX) throw new RangeError('another version');
    return {
      chainId: text(o.chain_id),
      height: int64(o.height),
      time: parseTime(text(o.time)),
      hash: hash(o.hash),
      validatorsHash: hash(o.validators_hash),
      nextValidatorsHash: hash(o.next_validators_hash),
      logRoot: hash(history.root),
      logSize: int64(history.size),
      issued: parseTime(text(o.issued)),
      expires: parseTime(text(o.expires)),
      signatures: sigs.map(({ key_id, alg, sig }) => {
        if (alg !== 'ed25519') throw new RangeError(`algorithm ${alg}`);
        return { keyId: text(key_id), signature: fromHex(text(sig)) };
      }),
    };
  } catch (e) {
    throw e instanceof RangeError || e instanceof SyntaxError ? new LightError('checkpoint', `no checkpoint: ${e.message}`) : e;
  }
}

/** Throws LightError `checkpoint` unless enough of the keys signed it and it is neither too old nor not yet due. */
export async function verifyCheckpoint(
  c: Checkpoint,
  policy: CheckpointPolicy,
  at: { readonly chainId: string; readonly now: Time; readonly trustingPeriod: Duration },
  verify: VerifySignatures,
): Promise<void> {
  const fail = (why: string): never => {
    throw new LightError('checkpoint', why);
  };
  const { now } = at;
  if (c.chainId !== at.chainId) fail(`of chain ${c.chainId}`);
  if (c.issued > now || c.expires <= now) fail(`valid from ${formatTime(c.issued)} to ${formatTime(c.expires)}`);
  if (now - c.issued > policy.maxAge || now - c.issued > at.trustingPeriod || now - c.time > at.trustingPeriod) fail('too old: a newer one is needed');
  const message = checkpointSignBytes(c);
  const checks: SignatureCheck[] = [];
  const seen: Uint8Array[] = [];
  for (const { keyId, signature } of c.signatures) {
    const value = policy.keys[keyId];
    if (value === undefined || seen.some((k) => bytesEqual(k, value))) continue;
    seen.push(value);
    checks.push({ index: checks.length, pubKey: { case: 'ed25519', value }, message, signature });
  }
  const good = (await verify(checks)).filter((g) => g).length;
  if (good < policy.threshold) fail(`${good} good signatures of known keys, ${policy.threshold} are needed`);
}
